package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** Out of focus, softly: each channel under a normal density. */
record GaussianBlur(double deviation) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        return new GaussianBlur(scale.row(
                        severity,
                        new double[][] {{0.4}, {0.6}, {0.7}, {0.8}, {1}},
                        new double[][] {{0.5}, {0.75}, {1}, {1.25}, {1.5}},
                        new double[][] {{1}, {2}, {3}, {4}, {6}})[0]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        GaussianFilter filter = GaussianFilter.of(deviation);
        return Pixels.of(image).map(filter::apply).toImage();
    }
}
