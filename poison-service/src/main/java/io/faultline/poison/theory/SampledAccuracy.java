package io.faultline.poison.theory;

/**
 * An accuracy estimated by drawing: counts, so that merging is exact.
 *
 * @param correct draws that the classifier got right, 0 to {@code draws}
 * @param draws at least 1
 */
public record SampledAccuracy(long correct, long draws) {
    public SampledAccuracy {
        if (draws < 1) {
            throw new IllegalArgumentException("draws are " + draws + "; allowed: 1 and more");
        }
        if (correct < 0 || correct > draws) {
            throw new IllegalArgumentException("correct draws are " + correct + "; allowed: 0 to " + draws);
        }
    }

    public double share() {
        return (double) correct / draws;
    }

    /** √(p(1−p)/n) with the share for p: 0 where all or none were right, although the truth may be short of that. */
    public double standardError() {
        return Math.sqrt(share() * (1 - share()) / draws);
    }
}
