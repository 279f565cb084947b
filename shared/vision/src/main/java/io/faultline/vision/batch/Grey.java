package io.faultline.vision.batch;

import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;

/**
 * The luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in all three channels. It draws nothing, so held-out and test images can be
 * turned in the same way; {@link #of} does that for a whole split.
 *
 * @implNote in bytes: the weights are multiples of 2⁻¹⁶ and the sum is rounded to nearest, half up, as Pillow's
 *     {@code convert("L")} does, on which torchvision's {@code Grayscale} rests
 */
public record Grey() implements ImageTransform {
    private static final int RED = 19_595;
    private static final int GREEN = 38_470;
    private static final int BLUE = 7_471;
    private static final int HALF = 1 << 15;

    /** The same images without colour, in new memory. */
    public static LabeledImages of(LabeledImages images) {
        return new LabeledImages(
                images.ids(),
                images.labels(),
                images.images().stream()
                        .map(image -> {
                            byte[] bytes = image.pixels().clone();
                            turn(bytes);
                            return new RgbImage(image.height(), image.width(), bytes);
                        })
                        .toList());
    }

    /** The luma of a pixel, 0 to 255, from three levels. */
    static int luma(byte red, byte green, byte blue) {
        return RED * (red & 0xFF) + GREEN * (green & 0xFF) + BLUE * (blue & 0xFF) + HALF >> 16;
    }

    @Override
    public void apply(Pixels pixels, Seed image) {
        byte[] bytes = pixels.levels();
        turn(bytes);
        pixels.setLevels(bytes);
    }

    private static void turn(byte[] bytes) {
        for (int p = 0; p < bytes.length; p += Pixels.CHANNELS) {
            byte luma = (byte) luma(bytes[p], bytes[p + 1], bytes[p + 2]);
            bytes[p] = luma;
            bytes[p + 1] = luma;
            bytes[p + 2] = luma;
        }
    }
}
