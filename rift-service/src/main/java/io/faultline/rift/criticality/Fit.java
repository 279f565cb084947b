package io.faultline.rift.criticality;

/**
 * How a network fits some examples.
 *
 * @param lossSum cross-entropy, added up
 * @param correct images classified as their label says
 * @param images how many
 */
record Fit(double lossSum, long correct, long images) {
    static final Fit NONE = new Fit(0, 0, 0);

    Fit plus(Fit other) {
        return new Fit(lossSum + other.lossSum, correct + other.correct, images + other.images);
    }

    /** Mean cross-entropy. */
    double loss() {
        return lossSum / images;
    }
}
