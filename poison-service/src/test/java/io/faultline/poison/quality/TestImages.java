package io.faultline.poison.quality;

import io.faultline.dataset.RgbImage;
import java.util.Arrays;

/** Images whose every level a test can name. */
final class TestImages {
    private TestImages() {}

    /** R = G = B. */
    static RgbImage grey(int height, int width, int... levels) {
        byte[] pixels = new byte[3 * levels.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) levels[i / 3];
        }
        return new RgbImage(height, width, pixels);
    }

    static RgbImage flat(int height, int width, int level) {
        byte[] pixels = new byte[3 * height * width];
        Arrays.fill(pixels, (byte) level);
        return new RgbImage(height, width, pixels);
    }

    static RgbImage rgb(int height, int width, int... levels) {
        byte[] pixels = new byte[levels.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) levels[i];
        }
        return new RgbImage(height, width, pixels);
    }
}
