package io.faultline.vision.evaluation;

/**
 * What randomised smoothing says of one image.
 *
 * @param place of the image in its split
 * @param label the true one
 * @param predicted the smoothed classifier's answer, or {@value #ABSTAINED}
 * @param radius Euclidean, pixels in [0, 1]: within it the answer stays; 0 where it abstained
 * @param hits how many of the estimation's noisy copies got the answer (of an abstention: the answer it had in view)
 * @param samples how many copies there were
 * @param lowerBound of the probability of that answer under the noise
 */
public record Certificate(
        int place, int label, int predicted, double radius, long hits, long samples, double lowerBound) {
    /** No answer is certain enough. */
    public static final int ABSTAINED = -1;

    public boolean abstained() {
        return predicted == ABSTAINED;
    }

    /** Whether the answer is right and stays so within a radius; not with an abstention. */
    public boolean holds(double atRadius) {
        return predicted == label && radius >= atRadius;
    }
}
