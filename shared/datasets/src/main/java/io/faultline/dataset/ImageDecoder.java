package io.faultline.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG, told by content, into three bytes per pixel. Grey becomes R = G = B; an alpha channel is dropped;
 * colour profiles are not applied. The pixels are those of the file's samples, as Pillow's {@code convert("RGB")} gives them.
 *
 * @implNote JPEG leaves the last level of a pixel to the decoder: another JDK build may differ by one.
 */
final class ImageDecoder {
    private static final int BITS = 8;
    private static final String FORMATS = "PNG and JPEG with 8 bits per channel";

    private final PixelBudget budget;

    ImageDecoder(PixelBudget budget) {
        this.budget = budget;
    }

    /** @throws InvalidDatasetException if the bytes are no whole image of an allowed kind and size */
    RgbImage decode(FileContent file) {
        byte[] bytes = file.bytes();
        if (PngImage.hasSignature(bytes)) {
            PngImage png = PngImage.of(file.name(), bytes);
            budget.take(file.name(), png.height(), png.width());
            return png.isTrueColour() ? png.decode() : decode(file, "png");
        }
        if (JpegHeader.hasSignature(bytes)) {
            JpegHeader header = JpegHeader.of(file.name(), bytes);
            budget.take(file.name(), header.height(), header.width());
            return decode(file, "jpeg");
        }
        throw new InvalidDatasetException(
                file.name() + " is " + kind(bytes) + "; allowed: " + FORMATS + ". Replace the file or remove it.");
    }

    private static RgbImage decode(FileContent file, String format) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        ImageReader reader = readers.next();
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file.bytes()))) {
            reader.setInput(in, true, true);
            return rgb(file.name(), reader.read(0));
        } catch (IOException | RuntimeException e) {
            if (e instanceof InvalidDatasetException refused) {
                throw refused;
            }
            // ImageIO's readers answer some damage with an IllegalArgumentException or an index out of bounds
            throw new InvalidDatasetException(
                    file.name() + " cannot be decoded (" + e.getMessage() + "); allowed: " + FORMATS
                            + ". Replace the file or remove it.",
                    e);
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage rgb(String name, BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        byte[] pixels = new byte[3 * height * width];
        if (image.getColorModel() instanceof IndexColorModel) {
            // row by row, since a whole image of ints would take more than all that it becomes
            int[] argb = new int[width];
            for (int y = 0; y < height; y++) {
                image.getRGB(0, y, width, 1, argb, 0, width);
                for (int x = 0; x < width; x++) {
                    int place = 3 * (y * width + x);
                    pixels[place] = (byte) (argb[x] >> 16);
                    pixels[place + 1] = (byte) (argb[x] >> 8);
                    pixels[place + 2] = (byte) argb[x];
                }
            }
            return new RgbImage(height, width, pixels);
        }
        // samples, not getRGB: Java takes grey for linear light and would brighten it
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        if (raster.getSampleModel().getSampleSize(0) != BITS) {
            throw new InvalidDatasetException(
                    name + " has " + raster.getSampleModel().getSampleSize(0) + " bits per channel; allowed: " + FORMATS
                            + ". Convert the file.");
        }
        boolean grey = bands < 3;
        int[] samples = new int[width * bands];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, samples);
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    pixels[3 * (y * width + x) + channel] = (byte) samples[x * bands + (grey ? 0 : channel)];
                }
            }
        }
        return new RgbImage(height, width, pixels);
    }

    private static String kind(byte[] bytes) {
        if (bytes.length == 0) {
            return "empty";
        }
        String start = new String(bytes, 0, Math.min(bytes.length, 12), StandardCharsets.ISO_8859_1);
        if (start.startsWith("GIF8")) {
            return "a GIF image";
        }
        if (start.startsWith("BM")) {
            return "a BMP image";
        }
        if (start.startsWith("RIFF") && start.endsWith("WEBP")) {
            return "a WebP image";
        }
        if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
            return "a TIFF image";
        }
        return "not an image";
    }
}
