package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** Corruptions that look at one channel of one pixel at a time. */
final class Pointwise {
    /** What becomes of one channel of a pixel. */
    @FunctionalInterface
    interface Change {
        /**
         * @param level 0 to 255
         * @return 0 to 1; clipped if it is not
         */
        double of(int level);
    }

    private Pointwise() {}

    /** Goes row by row, pixel by pixel, channel by channel, which is the order of the random numbers. */
    static RgbImage map(RgbImage image, Change change) {
        byte[] bytes = new byte[image.pixels().length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Pixels.level(change.of(image.pixels()[i] & 0xFF));
        }
        return new RgbImage(image.height(), image.width(), bytes);
    }
}
