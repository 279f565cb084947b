package io.faultline.vision.batch;

import io.faultline.dataset.RgbImage;
import java.util.Arrays;

/**
 * The image that transforms work on, one after the other: float32, row by row, pixel by pixel, (R, G, B), in [0, 1] unless noise was
 * added. A workplace to be loaded again for every image; not thread-safe.
 */
final class Pixels {
    static final int CHANNELS = 3;
    static final int HIGHEST_LEVEL = 255;
    private static final float[] LEVELS = new float[HIGHEST_LEVEL + 1];

    static {
        for (int level = 0; level < LEVELS.length; level++) {
            LEVELS[level] = level / (float) HIGHEST_LEVEL;
        }
    }

    private final int fullHeight;
    private final int fullWidth;
    private int height;
    private int width;
    private float[] values;
    private float[] spare;
    private float[] scratch = new float[0];
    private byte[] levels = new byte[0];

    /** For images of this size; a transform may leave a smaller one. */
    Pixels(int fullHeight, int fullWidth) {
        this.fullHeight = fullHeight;
        this.fullWidth = fullWidth;
        values = new float[fullHeight * fullWidth * CHANNELS];
        spare = new float[values.length];
    }

    /** The pixel value of a level, 0 to 255. */
    static float ofLevel(int level) {
        return LEVELS[level];
    }

    /** The nearest level of a value: what is outside [0, 1] becomes 0 or 255. */
    static int toLevel(float value) {
        return Math.min(Math.max(Math.round(value * HIGHEST_LEVEL), 0), HIGHEST_LEVEL);
    }

    static float clip(float value) {
        return Math.min(Math.max(value, 0f), 1f);
    }

    void load(RgbImage image) {
        height = fullHeight;
        width = fullWidth;
        byte[] bytes = image.pixels();
        for (int i = 0; i < bytes.length; i++) {
            values[i] = LEVELS[bytes[i] & 0xFF];
        }
    }

    /** Height of the batch's images, which this one has again at the end. */
    int fullHeight() {
        return fullHeight;
    }

    int fullWidth() {
        return fullWidth;
    }

    /** Present height, the full one or less. */
    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** How many numbers the present image has. */
    int size() {
        return height * width * CHANNELS;
    }

    /** The present image in the first {@link #size()} places; may be changed there. */
    float[] values() {
        return values;
    }

    /** Where the next image may be written, large enough for a full one; with old numbers in it. */
    float[] spare() {
        return spare;
    }

    /** Makes what was written to {@link #spare()} the present image. */
    void turn(int newHeight, int newWidth) {
        float[] old = values;
        values = spare;
        spare = old;
        height = newHeight;
        width = newWidth;
    }

    /** Room for a transform's intermediate numbers, with old numbers in it. */
    float[] scratch(int size) {
        if (scratch.length < size) {
            scratch = new float[size];
        }
        return scratch;
    }

    /** The present image as bytes, each the nearest level; a copy that the caller may change until the next call. */
    byte[] levels() {
        if (levels.length != size()) {
            levels = new byte[size()];
        }
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) toLevel(values[i]);
        }
        return levels;
    }

    /** Takes an image of the present size. */
    void setLevels(byte[] bytes) {
        for (int i = 0; i < size(); i++) {
            values[i] = LEVELS[bytes[i] & 0xFF];
        }
    }

    /** Copies the image at full size; one that became smaller lies in the middle of zeros. */
    void copyTo(float[] target, int start) {
        if (height == fullHeight && width == fullWidth) {
            System.arraycopy(values, 0, target, start, size());
            return;
        }
        Arrays.fill(target, start, start + fullHeight * fullWidth * CHANNELS, 0f);
        int top = (fullHeight - height) / 2;
        int left = (fullWidth - width) / 2;
        for (int y = 0; y < height; y++) {
            int to = start + ((y + top) * fullWidth + left) * CHANNELS;
            System.arraycopy(values, y * width * CHANNELS, target, to, width * CHANNELS);
        }
    }
}
