package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** Each channel drawn towards its mean over the image. */
record Contrast(double share) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        return new Contrast(scale.row(
                        severity,
                        new double[][] {{0.75}, {0.5}, {0.4}, {0.3}, {0.15}},
                        new double[][] {{0.4}, {0.3}, {0.2}, {0.1}, {0.05}},
                        new double[][] {{0.4}, {0.3}, {0.2}, {0.1}, {0.05}})[0]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        return Pixels.of(image)
                .map(channel -> {
                    double sum = 0;
                    for (double value : channel.values()) {
                        sum += value;
                    }
                    double mean = sum / channel.values().length;
                    return channel.map(value -> (value - mean) * share + mean);
                })
                .toImage();
    }
}
