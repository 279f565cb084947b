package io.faultline.dataset;

import java.nio.charset.StandardCharsets;

/**
 * Decodes PNG and JPEG, told by content, into three bytes per pixel, upright as a viewer shows them ({@link Orientation}). Grey
 * becomes R = G = B; an alpha channel is dropped, so that no background colour is invented; CMYK becomes what its inks leave of
 * white light; colour profiles are not applied. The pixels are those of Pillow's {@code exif_transpose} and {@code
 * convert("RGB")}, but for PNGs of 16 bits ({@link PngImage}).
 *
 * <p>Beside the image itself, decoding takes the bytes of the file once more, and an image that must be turned upright a second
 * time. Safe for many threads.
 *
 * @implNote JPEG leaves the last level of a pixel to the decoder: another JDK build may differ by one, and by more where colour
 *     is sampled more coarsely than brightness in an unusual way.
 */
final class ImageDecoder {
    private final PixelBudget budget;
    private final JpegDecoder jpegDecoder = new JpegDecoder();

    ImageDecoder(PixelBudget budget) {
        this.budget = budget;
    }

    /** @throws InvalidDatasetException if the bytes are no whole image of an allowed kind and size */
    RgbImage decode(FileContent file) {
        byte[] bytes = file.bytes();
        if (PngImage.hasSignature(bytes)) {
            PngImage png = PngImage.of(file.name(), bytes);
            budget.take(file.name(), png.height(), png.width());
            return png.orientation().upright(png.decode());
        }
        if (JpegFile.hasSignature(bytes)) {
            JpegFile jpeg = JpegFile.of(file.name(), bytes);
            budget.take(file.name(), jpeg.height(), jpeg.width());
            return jpeg.orientation().upright(jpegDecoder.decode(jpeg));
        }
        throw new InvalidDatasetException(
                file.name() + " is " + kind(bytes) + "; allowed: PNG and JPEG. Replace the file or remove it.");
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
