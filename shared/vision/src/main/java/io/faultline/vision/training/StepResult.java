package io.faultline.vision.training;

/**
 * What an optimiser step measured before it was taken.
 *
 * @param lossSum over its images
 * @param correct of them
 */
record StepResult(double lossSum, int correct, int images) {
    static final StepResult NONE = new StepResult(0, 0, 0);

    /** @param loss mean over the batch */
    static StepResult of(double loss, int correct, int images) {
        return new StepResult(loss * images, correct, images);
    }

    /** Mean over the images. */
    double loss() {
        return lossSum / images;
    }

    StepResult plus(StepResult other) {
        return new StepResult(lossSum + other.lossSum, correct + other.correct, images + other.images);
    }
}
