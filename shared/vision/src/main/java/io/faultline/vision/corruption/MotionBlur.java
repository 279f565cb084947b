package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * The camera moved, in a random direction within 45° of level.
 *
 * @param radius length of the trail in pixels
 * @param deviation of the trail's density in pixels
 */
record MotionBlur(int radius, double deviation) implements Distortion {
    private static final double STEEPEST = 45;

    static Distortion of(CorruptionScale scale, int severity) {
        double[] row = scale.row(
                severity,
                new double[][] {{6, 1}, {6, 1.5}, {6, 2}, {8, 2}, {9, 2.5}},
                new double[][] {{10, 1}, {10, 1.5}, {10, 2}, {10, 2.5}, {12, 3}},
                new double[][] {{10, 3}, {15, 5}, {15, 8}, {15, 12}, {20, 15}});
        return new MotionBlur((int) row[0], row[1]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        MotionTrail trail = new MotionTrail(radius, deviation, uniforms.between(-STEEPEST, STEEPEST));
        return Pixels.of(image).map(trail::blurToLevels).toImage();
    }
}
