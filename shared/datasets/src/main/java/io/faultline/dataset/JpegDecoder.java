package io.faultline.dataset;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * Decodes JPEG by the platform's own decoder, which is handed nothing but {@link JpegFile#stripped}. Of samples that are not
 * YCbCr it is asked for the bare values, since it refuses or guesses their colours.
 *
 * <p>Readers are kept and used again, at most one per thread at work: making one costs as much as decoding a small image. Their
 * memory outside the heap goes with this object. Safe for many threads.
 *
 * @implNote A warning of the decoder that means pixels were made up (bad codes, data that end early) is a refusal. Bytes too
 *     many between two markers are none: no pixel depends on them, and widely used sets have such files.
 */
final class JpegDecoder {
    private static final int[] RGB_ORDER = {0, 1, 2};
    private static final ComponentColorModel SRGB = new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);

    private final Queue<ImageReader> idle = new ConcurrentLinkedQueue<>();

    /**
     * The pixels as stored, not yet turned upright.
     *
     * @throws InvalidDatasetException if the scans are damaged
     */
    RgbImage decode(JpegFile file) {
        file.refuseUnlessFilled();
        try {
            ImageReader reader = idle.poll();
            if (reader == null) {
                reader = PlatformJpeg.reader();
            }
            RgbImage image;
            try {
                image = decode(file, reader);
            } catch (IOException | RuntimeException e) {
                // its native half may have stopped anywhere
                reader.dispose();
                throw e;
            }
            idle.add(reader);
            return image;
        } catch (IOException | IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            throw refused(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static RgbImage decode(JpegFile file, ImageReader reader) throws IOException {
        String[] damage = {null};
        reader.addIIOReadWarningListener((source, warning) -> {
            if (damage[0] == null && meansDamage(warning)) {
                damage[0] = warning;
            }
        });
        try (ByteArrayImageInput in = new ByteArrayImageInput(file.stripped())) {
            reader.setInput(in, true, true);
            RgbImage image =
                    switch (file.colour()) {
                        case YCC -> converted(file, reader);
                        case RGB -> samples(file, reader, 3, JpegDecoder::copyRgb);
                        case GREY -> samples(file, reader, 1, JpegDecoder::copyGrey);
                        case CMYK -> samples(file, reader, 4, JpegDecoder::copyCmyk);
                        case YCCK -> samples(file, reader, 4, JpegDecoder::copyYcck);
                    };
            if (damage[0] != null) {
                throw refused(file, damage[0], null);
            }
            return image;
        } finally {
            reader.reset();
        }
    }

    private static boolean meansDamage(String warning) {
        return warning.startsWith("Premature end")
                || warning.startsWith("Corrupt JPEG data") && !warning.contains("extraneous bytes");
    }

    /** YCbCr becomes RGB inside the decoder, straight into the array that the image keeps. */
    private static RgbImage converted(JpegFile file, ImageReader reader) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(
                DataBuffer.TYPE_BYTE, file.width(), file.height(), 3 * file.width(), 3, RGB_ORDER, null);
        ImageReadParam param = reader.getDefaultReadParam();
        param.setDestination(new BufferedImage(SRGB, raster, false, null));
        reader.read(0, param);
        return new RgbImage(file.height(), file.width(), ((DataBufferByte) raster.getDataBuffer()).getData());
    }

    private static RgbImage samples(JpegFile file, ImageReader reader, int channels, RowCopy copy) throws IOException {
        Raster raster = reader.readRaster(0, null);
        if (raster.getWidth() != file.width()
                || raster.getHeight() != file.height()
                || raster.getNumBands() != channels) {
            throw new IOException("decoder gives " + raster.getHeight() + "×" + raster.getWidth() + "×"
                    + raster.getNumBands() + " samples");
        }
        byte[] pixels = new byte[3 * file.height() * file.width()];
        byte[] row = new byte[channels * file.width()];
        for (int y = 0; y < file.height(); y++) {
            raster.getDataElements(0, y, file.width(), 1, row);
            copy.row(row, pixels, 3 * y * file.width());
        }
        return new RgbImage(file.height(), file.width(), pixels);
    }

    /** Makes red, green and blue of a row of samples. */
    @FunctionalInterface
    private interface RowCopy {
        void row(byte[] samples, byte[] pixels, int to);
    }

    private static void copyRgb(byte[] row, byte[] pixels, int to) {
        System.arraycopy(row, 0, pixels, to, row.length);
    }

    private static void copyGrey(byte[] row, byte[] pixels, int to) {
        for (int x = 0; x < row.length; x++) {
            pixels[to + 3 * x] = row[x];
            pixels[to + 3 * x + 1] = row[x];
            pixels[to + 3 * x + 2] = row[x];
        }
    }

    private static void copyCmyk(byte[] row, byte[] pixels, int to) {
        for (int x = 0; x < row.length / 4; x++) {
            int white = row[4 * x + 3] & 0xFF;
            for (int channel = 0; channel < 3; channel++) {
                pixels[to + 3 * x + channel] = (byte) underInk(row[4 * x + channel] & 0xFF, white);
            }
        }
    }

    /** Here YCbCr gives the ink itself, not its absence. */
    private static void copyYcck(byte[] row, byte[] pixels, int to) {
        for (int x = 0; x < row.length / 4; x++) {
            int luma = row[4 * x] & 0xFF;
            int blue = (row[4 * x + 1] & 0xFF) - 128;
            int red = (row[4 * x + 2] & 0xFF) - 128;
            int white = row[4 * x + 3] & 0xFF;
            // JFIF's YCbCr in 16 fractional bits, rounded as libjpeg does
            int r = luma + (91881 * red + 32768 >> 16);
            int g = luma + (-22554 * blue - 46802 * red + 32768 >> 16);
            int b = luma + (116130 * blue + 32768 >> 16);
            pixels[to + 3 * x] = (byte) underInk(255 - level(r), white);
            pixels[to + 3 * x + 1] = (byte) underInk(255 - level(g), white);
            pixels[to + 3 * x + 2] = (byte) underInk(255 - level(b), white);
        }
    }

    /** Light that one ink and black leave, the plain reading of CMYK without a profile: (255 − ink)·(255 − black)/255, rounded. */
    private static int underInk(int light, int white) {
        return (light * white + 127) / 255;
    }

    private static int level(int value) {
        return Math.max(0, Math.min(255, value));
    }

    private static InvalidDatasetException refused(JpegFile file, String found, Exception cause) {
        return new InvalidDatasetException(
                file.name() + " cannot be decoded (" + found
                        + "); allowed: whole JPEGs. Replace the file or remove it.",
                cause);
    }
}
