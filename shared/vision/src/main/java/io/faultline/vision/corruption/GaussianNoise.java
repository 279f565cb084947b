package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** x + n with n normal, as of a sensor in little light. */
record GaussianNoise(double deviation) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        return new GaussianNoise(scale.row(
                        severity,
                        new double[][] {{0.04}, {0.06}, {0.08}, {0.09}, {0.10}},
                        new double[][] {{0.04}, {0.08}, {0.12}, {0.15}, {0.18}},
                        new double[][] {{0.08}, {0.12}, {0.18}, {0.26}, {0.38}})[0]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        return Pointwise.map(image, level -> level / Pixels.LEVELS + uniforms.normal(0, deviation));
    }
}
