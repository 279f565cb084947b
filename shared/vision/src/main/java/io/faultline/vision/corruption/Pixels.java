package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;
import java.util.function.UnaryOperator;

/** An image by channels, 0 to 1. */
record Pixels(Plane red, Plane green, Plane blue) {
    static final int CHANNELS = 3;
    static final double LEVELS = 255;

    static Pixels of(RgbImage image) {
        Pixels pixels = black(image.height(), image.width());
        byte[] bytes = image.pixels();
        for (int i = 0; i < pixels.red.values().length; i++) {
            pixels.red.values()[i] = (bytes[CHANNELS * i] & 0xFF) / LEVELS;
            pixels.green.values()[i] = (bytes[CHANNELS * i + 1] & 0xFF) / LEVELS;
            pixels.blue.values()[i] = (bytes[CHANNELS * i + 2] & 0xFF) / LEVELS;
        }
        return pixels;
    }

    static Pixels black(int height, int width) {
        return new Pixels(Plane.of(height, width), Plane.of(height, width), Plane.of(height, width));
    }

    int height() {
        return red.height();
    }

    int width() {
        return red.width();
    }

    Pixels map(UnaryOperator<Plane> each) {
        return new Pixels(each.apply(red), each.apply(green), each.apply(blue));
    }

    double largest() {
        return Math.max(red.largest(), Math.max(green.largest(), blue.largest()));
    }

    /** Brightness as OpenCV and BT.601 weigh it. */
    Plane grey() {
        Plane grey = Plane.of(height(), width());
        for (int i = 0; i < grey.values().length; i++) {
            grey.values()[i] = 0.299 * red.values()[i] + 0.587 * green.values()[i] + 0.114 * blue.values()[i];
        }
        return grey;
    }

    /** Clipped to [0, 1]; levels cut off to whole ones, as the published sets' makers do. */
    RgbImage toImage() {
        byte[] bytes = new byte[CHANNELS * red.values().length];
        for (int i = 0; i < red.values().length; i++) {
            bytes[CHANNELS * i] = level(red.values()[i]);
            bytes[CHANNELS * i + 1] = level(green.values()[i]);
            bytes[CHANNELS * i + 2] = level(blue.values()[i]);
        }
        return new RgbImage(height(), width(), bytes);
    }

    static byte level(double value) {
        return (byte) (int) (Math.max(0, Math.min(1, value)) * LEVELS);
    }
}
