package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** x + x·n with n normal: noise that grows with brightness. */
record SpeckleNoise(double deviation) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        return new SpeckleNoise(scale.row(
                        severity,
                        new double[][] {{0.06}, {0.1}, {0.12}, {0.16}, {0.2}},
                        new double[][] {{0.15}, {0.2}, {0.25}, {0.3}, {0.35}},
                        new double[][] {{0.15}, {0.2}, {0.35}, {0.45}, {0.6}})[0]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        return Pointwise.map(image, level -> {
            double value = level / Pixels.LEVELS;
            return value + value * uniforms.normal(0, deviation);
        });
    }
}
