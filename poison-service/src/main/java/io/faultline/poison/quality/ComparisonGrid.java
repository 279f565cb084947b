package io.faultline.poison.quality;

import io.faultline.dataset.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A picture of what the protection did: a row per class with its name, mean PSNR and mean SSIM, and per example the clean
 * image, the difference and the unlearnable image. The difference is a magnitude: |x̃ − x| per channel, times
 * {@value #GAIN}, cut off at 255, so black is unchanged.
 *
 * <p>An image that fits its cell of {@value #CELL}×{@value #CELL} pixels is enlarged by the largest whole factor that does,
 * each pixel a square; a larger one is reduced to fit, each pixel the mean of the area it covers. The same rows give
 * the same pixels on every machine: no display, no fonts and no floating-point drawing take part.
 */
public final class ComparisonGrid {
    static final int CELL = 128;
    static final int GAIN = 2;
    static final int MARGIN = 8;
    static final int GAP = 4;
    static final int HEADER = 2 * MARGIN + PixelLettering.HEIGHT;
    private static final int CELLS = 3;
    private static final int NAME_SCALE = 2;
    private static final int LONGEST_NAME = 16;
    private static final int LARGEST_SIDE = 16_384;

    private ComparisonGrid() {}

    /**
     * Draws the picture.
     *
     * @param rows at least one, each with at least one example; a row of fewer examples than another ends earlier
     * @throws IllegalArgumentException if there is nothing to draw, or the picture would be higher or wider than 16,384 pixels
     */
    public static RgbImage draw(List<ClassExamples> rows) {
        int columns = rows.stream().mapToInt(row -> row.examples().size()).max().orElse(0);
        if (columns == 0) {
            throw new IllegalArgumentException("no example in " + rows.size() + " rows; expected at least one");
        }
        long height = HEADER + (long) rows.size() * (CELL + MARGIN);
        long width = left() + (long) columns * group();
        if (height > LARGEST_SIDE || width > LARGEST_SIDE) {
            throw new IllegalArgumentException("a picture of " + rows.size() + " classes with " + columns
                    + " examples has " + height + "×" + width + " pixels; allowed: " + LARGEST_SIDE
                    + " each. Draw fewer classes per picture.");
        }
        Canvas canvas = new Canvas((int) height, (int) width);
        for (int column = 0; column < columns; column++) {
            int x = left() + column * group();
            canvas.write("CLEAN", MARGIN, x, 1);
            canvas.write("DIFFERENCE ×" + GAIN, MARGIN, x + CELL + GAP, 1);
            canvas.write("UNLEARNABLE", MARGIN, x + 2 * (CELL + GAP), 1);
        }
        for (int row = 0; row < rows.size(); row++) {
            draw(rows.get(row), canvas, HEADER + row * (CELL + MARGIN));
        }
        return canvas.image();
    }

    /** The picture as a PNG file. */
    public static byte[] png(List<ClassExamples> rows) {
        RgbImage picture = draw(rows);
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] pixels = picture.pixels();
        int[] row = new int[picture.width()];
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                int place = 3 * (y * row.length + x);
                row[x] = (pixels[place] & 0xff) << 16 | (pixels[place + 1] & 0xff) << 8 | pixels[place + 2] & 0xff;
            }
            image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // a stream of our own, since ImageIO's would pass through a temporary file
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Where the first cell begins. */
    static int left() {
        return 2 * MARGIN + LONGEST_NAME * NAME_SCALE * PixelLettering.ADVANCE;
    }

    /** Width of an example's cells and the margin after them. */
    static int group() {
        return CELLS * CELL + (CELLS - 1) * GAP + MARGIN;
    }

    private static void draw(ClassExamples row, Canvas canvas, int y) {
        int line = NAME_SCALE * (PixelLettering.HEIGHT + 2);
        canvas.write(shortened(row.name()), y, MARGIN, NAME_SCALE);
        canvas.write(measure("PSNR %.1f DB", row.quality().meanPsnr(), "PSNR -"), y + line, MARGIN, NAME_SCALE);
        canvas.write(measure("SSIM %.3f", row.quality().meanSsim(), "SSIM -"), y + 2 * line, MARGIN, NAME_SCALE);
        for (int i = 0; i < row.examples().size(); i++) {
            ImagePair pair = row.examples().get(i);
            int x = left() + i * group();
            canvas.paste(pair.original(), y, x);
            canvas.paste(difference(pair), y, x + CELL + GAP);
            canvas.paste(pair.published(), y, x + 2 * (CELL + GAP));
        }
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 2) + "..";
    }

    private static String measure(String form, double value, String none) {
        return Double.isNaN(value) ? none : String.format(Locale.ROOT, form, value);
    }

    private static RgbImage difference(ImagePair pair) {
        byte[] original = pair.original().pixels();
        byte[] published = pair.published().pixels();
        byte[] difference = new byte[original.length];
        for (int i = 0; i < difference.length; i++) {
            int magnitude = GAIN * Math.abs((original[i] & 0xff) - (published[i] & 0xff));
            difference[i] = (byte) Math.min(ImageQuality.HIGHEST_LEVEL, magnitude);
        }
        return new RgbImage(pair.original().height(), pair.original().width(), difference);
    }
}
