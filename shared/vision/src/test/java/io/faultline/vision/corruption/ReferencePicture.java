package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** The Java side of golden_corruptions.py: the same image and the same uniform numbers. */
final class ReferencePicture {
    static final int SIDE = 24;

    private ReferencePicture() {}

    /** The linear congruential generator of the script. */
    static Uniforms uniforms(long seed) {
        long[] state = {seed};
        return () -> {
            state[0] = state[0] * 6364136223846793005L + 1442695040888963407L;
            return ((state[0] >>> 40) + 0.5) / (1 << 24);
        };
    }

    /** A flat quarter, stripes and some noise. */
    static RgbImage image() {
        Uniforms noise = uniforms(7);
        byte[] pixels = new byte[3 * SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    int level = y < SIDE / 4
                            ? 100 + 40 * channel
                            : 40 + (5 * x + 3 * y + 50 * channel) % 160 + (int) (48 * noise.next()) - 24;
                    pixels[3 * (y * SIDE + x) + channel] = (byte) Math.min(255, Math.max(0, level));
                }
            }
        }
        return new RgbImage(SIDE, SIDE, pixels);
    }
}
