package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** Too much light: a constant added to the value of each colour. */
record Brightness(double added) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        return new Brightness(scale.row(
                        severity,
                        new double[][] {{0.05}, {0.1}, {0.15}, {0.2}, {0.3}},
                        new double[][] {{0.1}, {0.2}, {0.3}, {0.4}, {0.5}},
                        new double[][] {{0.1}, {0.2}, {0.3}, {0.4}, {0.5}})[0]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        return Hsv.map(Pixels.of(image), colour -> colour.withValue(Math.min(1, colour.value() + added)))
                .toImage();
    }
}
