package io.faultline.vision.batch;

import java.util.Arrays;

/**
 * An image of bytes and the pieces that AutoAugment's operations are made of, each with Pillow's roundings, so that the
 * operations give what torchvision gives for a Pillow image. Not thread-safe.
 */
final class Levels {
    private static final int COUNT = 256;
    private static final int HIGHEST = COUNT - 1;
    private static final int FIXED_ONE = 1 << 16;

    private final int height;
    private final int width;
    private byte[] bytes;
    private byte[] spare;

    /** @param bytes height × width × (R, G, B); worked on, not copied */
    Levels(int height, int width, byte[] bytes) {
        this.height = height;
        this.width = width;
        this.bytes = bytes;
        spare = new byte[bytes.length];
    }

    /** A change of one level, 0 to 255; what comes out is clipped to that. */
    @FunctionalInterface
    interface Change {
        int of(int level);
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The same change of all channels. */
    void map(Change change) {
        byte[] table = table(change);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = table[bytes[i] & 0xFF];
        }
    }

    /** Spreads each channel's levels over 0 to 255; leaves one of a single level. */
    void spread() {
        for (int c = 0; c < Pixels.CHANNELS; c++) {
            int[] counts = counts(c);
            int lowest = 0;
            while (counts[lowest] == 0) {
                lowest++;
            }
            int highest = HIGHEST;
            while (counts[highest] == 0) {
                highest--;
            }
            if (highest > lowest) {
                double scale = (double) HIGHEST / (highest - lowest);
                double offset = -lowest * scale;
                map(c, level -> (int) (level * scale + offset));
            }
        }
    }

    /** Makes each channel's levels equally frequent, as far as whole levels can be. */
    void equalize() {
        for (int c = 0; c < Pixels.CHANNELS; c++) {
            int[] counts = counts(c);
            int highest = HIGHEST;
            while (counts[highest] == 0) {
                highest--;
            }
            int step = (height * width - counts[highest]) / HIGHEST;
            if (step > 0) {
                int[] below = new int[COUNT];
                int sum = step / 2;
                for (int level = 0; level < COUNT; level++) {
                    below[level] = sum / step;
                    sum += counts[level];
                }
                map(c, level -> below[level]);
            }
        }
    }

    /** From black at 0 over the image at 1 to above. */
    void brighten(double factor) {
        float share = (float) factor;
        map(level -> blend(0, level, share));
    }

    /** From one grey, the mean luma, at 0 over the image at 1 to above. */
    void contrast(double factor) {
        long sum = 0;
        for (int p = 0; p < bytes.length; p += Pixels.CHANNELS) {
            sum += Grey.luma(bytes[p], bytes[p + 1], bytes[p + 2]);
        }
        int mean = (int) ((double) sum / (height * width) + 0.5);
        float share = (float) factor;
        map(level -> blend(mean, level, share));
    }

    /** From the pixels' lumas at 0 over the image at 1 to above. */
    void colour(double factor) {
        float share = (float) factor;
        for (int p = 0; p < bytes.length; p += Pixels.CHANNELS) {
            int luma = Grey.luma(bytes[p], bytes[p + 1], bytes[p + 2]);
            for (int c = 0; c < Pixels.CHANNELS; c++) {
                bytes[p + c] = (byte) blend(luma, bytes[p + c] & 0xFF, share);
            }
        }
    }

    /** From a smoothed image at 0 (a mean of 3×3 with five times the centre; the border stays) over the image at 1 to above. */
    void sharpen(double factor) {
        float share = (float) factor;
        int stride = width * Pixels.CHANNELS;
        System.arraycopy(bytes, 0, spare, 0, bytes.length);
        for (int y = 1; y < height - 1; y++) {
            for (int i = y * stride + Pixels.CHANNELS; i < (y + 1) * stride - Pixels.CHANNELS; i++) {
                int sum = 4 * (bytes[i] & 0xFF);
                for (int row = i - stride; row <= i + stride; row += stride) {
                    sum += (bytes[row - Pixels.CHANNELS] & 0xFF)
                            + (bytes[row] & 0xFF)
                            + (bytes[row + Pixels.CHANNELS] & 0xFF);
                }
                int smooth = (2 * sum + 13) / 26;
                spare[i] = (byte) blend(smooth, bytes[i] & 0xFF, share);
            }
        }
        turn();
    }

    /**
     * Each pixel from (a x + b y + c, d x + e y + f), the nearest one; black from beyond the image.
     *
     * @implNote in numbers of 16 binary places, added from pixel to pixel, as Pillow does
     */
    void affine(double a, double b, double c, double d, double e, double f) {
        int columnPerX = fixed(a);
        int columnPerY = fixed(b);
        int rowPerX = fixed(d);
        int rowPerY = fixed(e);
        int columnStart = fixed(c + 0.5 * a + 0.5 * b);
        int rowStart = fixed(f + 0.5 * d + 0.5 * e);
        Arrays.fill(spare, (byte) 0);
        for (int y = 0; y < height; y++) {
            int column = columnStart + y * columnPerY;
            int row = rowStart + y * rowPerY;
            for (int x = 0; x < width; x++) {
                int fromX = column >> 16;
                int fromY = row >> 16;
                if (fromX >= 0 && fromX < width && fromY >= 0 && fromY < height) {
                    int from = (fromY * width + fromX) * Pixels.CHANNELS;
                    int to = (y * width + x) * Pixels.CHANNELS;
                    spare[to] = bytes[from];
                    spare[to + 1] = bytes[from + 1];
                    spare[to + 2] = bytes[from + 2];
                }
                column += columnPerX;
                row += rowPerX;
            }
        }
        turn();
    }

    /** Counter-clockwise about the middle. */
    void rotate(double degrees) {
        double angle = -StrictMath.toRadians(degrees);
        double cosine = StrictMath.cos(angle);
        double sine = StrictMath.sin(angle);
        double x = width / 2.0;
        double y = height / 2.0;
        affine(cosine, sine, x - cosine * x - sine * y, -sine, cosine, y + sine * x - cosine * y);
    }

    private static int fixed(double value) {
        return (int) Math.floor(value * FIXED_ONE + 0.5);
    }

    /** Pillow's blend of two levels: in float32, the fraction cut off. */
    private static int blend(int without, int with, float share) {
        float mixed = without + share * (with - without);
        return Math.min(Math.max((int) mixed, 0), HIGHEST);
    }

    private static byte[] table(Change change) {
        byte[] table = new byte[COUNT];
        for (int level = 0; level < COUNT; level++) {
            table[level] = (byte) Math.min(Math.max(change.of(level), 0), HIGHEST);
        }
        return table;
    }

    private void map(int channel, Change change) {
        byte[] table = table(change);
        for (int i = channel; i < bytes.length; i += Pixels.CHANNELS) {
            bytes[i] = table[bytes[i] & 0xFF];
        }
    }

    private int[] counts(int channel) {
        int[] counts = new int[COUNT];
        for (int i = channel; i < bytes.length; i += Pixels.CHANNELS) {
            counts[bytes[i] & 0xFF]++;
        }
        return counts;
    }

    private void turn() {
        byte[] old = bytes;
        bytes = spare;
        spare = old;
    }
}
