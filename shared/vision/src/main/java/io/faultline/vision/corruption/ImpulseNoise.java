package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** Channels of pixels that fall to 0 or rise to 1, half of them each: salt and pepper, channel by channel. */
record ImpulseNoise(double share) implements Distortion {
    private static final double SALT = 0.5;

    static Distortion of(CorruptionScale scale, int severity) {
        return new ImpulseNoise(scale.row(
                        severity,
                        new double[][] {{0.01}, {0.02}, {0.03}, {0.05}, {0.07}},
                        new double[][] {{0.01}, {0.02}, {0.05}, {0.08}, {0.14}},
                        new double[][] {{0.03}, {0.06}, {0.09}, {0.17}, {0.27}})[0]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        boolean[] flipped = new boolean[image.pixels().length];
        for (int i = 0; i < flipped.length; i++) {
            flipped[i] = uniforms.next() <= share;
        }
        byte[] bytes = image.pixels().clone();
        for (int i = 0; i < bytes.length; i++) {
            boolean salt = uniforms.next() <= SALT;
            if (flipped[i]) {
                bytes[i] = (byte) (salt ? 255 : 0);
            }
        }
        return new RgbImage(image.height(), image.width(), bytes);
    }
}
