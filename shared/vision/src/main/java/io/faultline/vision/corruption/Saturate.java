package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** Colours paler (severities 1 and 2) or stronger (3 to 5): gain · saturation + added. */
record Saturate(double gain, double added) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        double[] row = scale.row(
                severity,
                new double[][] {{0.3, 0}, {0.1, 0}, {1.5, 0}, {2, 0.1}, {2.5, 0.2}},
                new double[][] {{0.3, 0}, {0.1, 0}, {2, 0}, {5, 0.1}, {30, 0.2}},
                new double[][] {{0.3, 0}, {0.1, 0}, {2, 0}, {5, 0.1}, {20, 0.2}});
        return new Saturate(row[0], row[1]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        return Hsv.map(
                        Pixels.of(image),
                        colour -> colour.withSaturation(Math.max(0, Math.min(1, colour.saturation() * gain + added))))
                .toImage();
    }
}
