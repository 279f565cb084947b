package io.faultline.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** JPEG and PNG files as the platform writes them. */
final class Jpegs {
    private Jpegs() {}

    /** A colour image that grows brighter to the right in red and downwards in blue. */
    static byte[] colour(int height, int width) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (255 * x / width) << 16 | 128 << 8 | 255 * y / height);
            }
        }
        return encoded(image, "jpeg");
    }

    static byte[] encoded(BufferedImage image, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(image, format, stream)) {
                throw new IllegalArgumentException("no writer of " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Where the baseline frame header (FFC0) of a JPEG begins. */
    static int frame(byte[] jpeg) {
        return marker(jpeg, 0xC0);
    }

    /** Where the first scan header (FFDA) of a JPEG begins. */
    static int scan(byte[] jpeg) {
        return marker(jpeg, 0xDA);
    }

    private static int marker(byte[] jpeg, int marker) {
        for (int i = 0; i + 1 < jpeg.length; i++) {
            if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) marker) {
                return i;
            }
        }
        throw new IllegalArgumentException(String.format("no marker %02X", marker));
    }
}
