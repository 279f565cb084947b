package io.faultline.dataset;

/**
 * An image of three bytes per pixel.
 *
 * @param height in pixels, above zero
 * @param width in pixels, above zero
 * @param pixels height × width × (R, G, B), row by row, each 0 to 255 unsigned; not copied: whoever holds the image must not
 *     change them
 */
public record RgbImage(int height, int width, byte[] pixels) {
    public RgbImage {
        if (height < 1 || width < 1 || pixels.length != Math.multiplyExact(3, Math.multiplyExact(height, width))) {
            throw new IllegalArgumentException(
                    "image of " + height + "×" + width + " has " + pixels.length + " bytes; expected 3 per pixel");
        }
    }
}
