package io.faultline.poison.quality;

import io.faultline.dataset.RgbImage;
import java.util.Arrays;

/** A white picture that images and letters are put on; all arithmetic is of whole numbers. */
final class Canvas {
    private static final int CHANNELS = 3;

    private final int height;
    private final int width;
    private final byte[] pixels;

    Canvas(int height, int width) {
        this.height = height;
        this.width = width;
        this.pixels = new byte[Math.multiplyExact(CHANNELS, Math.multiplyExact(height, width))];
        Arrays.fill(pixels, (byte) ImageQuality.HIGHEST_LEVEL);
    }

    /** The picture; not copied. */
    RgbImage image() {
        return new RgbImage(height, width, pixels);
    }

    /** Puts an image into the middle of the cell whose upper left corner this is. */
    void paste(RgbImage image, int y, int x) {
        RgbImage fitting = fit(image, ComparisonGrid.CELL);
        int top = y + (ComparisonGrid.CELL - fitting.height()) / 2;
        int left = x + (ComparisonGrid.CELL - fitting.width()) / 2;
        int row = CHANNELS * fitting.width();
        for (int i = 0; i < fitting.height(); i++) {
            System.arraycopy(fitting.pixels(), i * row, pixels, CHANNELS * ((top + i) * width + left), row);
        }
    }

    /** Black letters, their upper left corner at this place. */
    void write(String text, int y, int x, int scale) {
        int left = x;
        for (int letter : text.codePoints().toArray()) {
            for (int row = 0; row < PixelLettering.HEIGHT * scale; row++) {
                for (int column = 0; column < PixelLettering.WIDTH * scale; column++) {
                    if (PixelLettering.isInk(letter, row / scale, column / scale)) {
                        int place = CHANNELS * ((y + row) * width + left + column);
                        Arrays.fill(pixels, place, place + CHANNELS, (byte) 0);
                    }
                }
            }
            left += PixelLettering.ADVANCE * scale;
        }
    }

    /** Enlarged by a whole factor, or reduced by area, to at most {@code side} pixels each way. */
    static RgbImage fit(RgbImage image, int side) {
        int longest = Math.max(image.height(), image.width());
        return longest <= side ? enlarged(image, side / longest) : reduced(image, side, longest);
    }

    private static RgbImage enlarged(RgbImage image, int factor) {
        int height = factor * image.height();
        int width = factor * image.width();
        byte[] pixels = new byte[CHANNELS * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int source = CHANNELS * (y / factor * image.width() + x / factor);
                System.arraycopy(image.pixels(), source, pixels, CHANNELS * (y * width + x), CHANNELS);
            }
        }
        return new RgbImage(height, width, pixels);
    }

    private static RgbImage reduced(RgbImage image, int side, int longest) {
        int height = Math.max(1, (int) ((long) image.height() * side / longest));
        int width = Math.max(1, (int) ((long) image.width() * side / longest));
        byte[] pixels = new byte[CHANNELS * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < CHANNELS; channel++) {
                    pixels[CHANNELS * (y * width + x) + channel] = mean(image, y, height, x, width, channel);
                }
            }
        }
        return new RgbImage(height, width, pixels);
    }

    /**
     * Mean of the area that pixel (y, x) of the reduced picture covers. In units of 1/height by 1/width of a source pixel the
     * covered parts are whole numbers and sum up to the image's height times its width.
     */
    private static byte mean(RgbImage image, int y, int height, int x, int width, int channel) {
        long top = (long) y * image.height();
        long left = (long) x * image.width();
        long bottom = top + image.height();
        long right = left + image.width();
        long sum = 0;
        for (long row = top / height; row * height < bottom; row++) {
            long rowCover = Math.min(bottom, (row + 1) * height) - Math.max(top, row * height);
            for (long column = left / width; column * width < right; column++) {
                long cover = rowCover * (Math.min(right, (column + 1) * width) - Math.max(left, column * width));
                int place = (int) (CHANNELS * (row * image.width() + column) + channel);
                sum += cover * (image.pixels()[place] & 0xff);
            }
        }
        long area = (long) image.height() * image.width();
        return (byte) ((sum + area / 2) / area);
    }
}
