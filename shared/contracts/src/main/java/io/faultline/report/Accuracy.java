package io.faultline.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A share kept as counts, so that parts merge exactly.
 *
 * @param correct images classified as their label says
 * @param total images looked at
 */
public record Accuracy(long correct, long total) {
    public Accuracy {
        if (correct < 0 || correct > total) {
            throw new IllegalArgumentException(correct + " correct of " + total + "; expected 0 to " + total);
        }
    }

    /** In percent; NaN of no image. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double percent() {
        return 100.0 * correct / total;
    }

    public Accuracy plus(Accuracy other) {
        return new Accuracy(correct + other.correct, total + other.total);
    }
}
