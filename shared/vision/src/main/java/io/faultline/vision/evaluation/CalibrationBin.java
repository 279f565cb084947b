package io.faultline.vision.evaluation;

/**
 * The answers whose confidence lies in one part of (0, 1].
 *
 * @param images how many
 * @param correct how many of them are right
 * @param confidence the sum of their confidences
 */
public record CalibrationBin(long images, long correct, double confidence) {
    static final CalibrationBin EMPTY = new CalibrationBin(0, 0, 0);

    CalibrationBin plus(CalibrationBin other) {
        return new CalibrationBin(images + other.images, correct + other.correct, confidence + other.confidence);
    }

    /** |right answers − confidence|, summed over the images. */
    double gap() {
        return Math.abs(correct - confidence);
    }
}
