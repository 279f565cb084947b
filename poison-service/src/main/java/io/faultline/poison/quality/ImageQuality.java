package io.faultline.poison.quality;

import io.faultline.dataset.RgbImage;

/**
 * How far a published image lies from its original, by the two customary measures.
 *
 * <ul>
 *   <li>PSNR = 10 log₁₀(255² / MSE) dB, the mean squared error over all pixels and channels. Equal images: +∞.
 *   <li>SSIM, the structural similarity of Wang, Bovik, Sheikh and Simoncelli (IEEE Transactions on Image Processing 13(4), 2004,
 *       Sec. III-B and III-C): −1 to 1, 1 for equal images. See {@link #ssim}.
 * </ul>
 */
public final class ImageQuality {
    static final int HIGHEST_LEVEL = 255;

    private ImageQuality() {}

    /**
     * Peak signal-to-noise ratio.
     *
     * @return in dB; {@link Double#POSITIVE_INFINITY} for equal images, never NaN
     * @throws IllegalArgumentException if the sizes differ
     */
    public static double psnr(RgbImage clean, RgbImage published) {
        return psnr(new ImagePair(clean, published));
    }

    static double psnr(ImagePair pair) {
        return psnr(LevelDifferences.of(pair), pair.original().pixels().length);
    }

    /** @param values of the image */
    static double psnr(LevelDifferences differences, int values) {
        // in logarithms, so that no error is a division by zero
        return 10 * (Math.log10((double) HIGHEST_LEVEL * HIGHEST_LEVEL * values) - Math.log10(differences.squares()));
    }

    /**
     * Structural similarity of the luma Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), not rounded: the mean over all windows
     * that lie wholly inside the image, each an 11×11 Gaussian of σ = 1.5 pixels and total 1, K₁ = 0.01, K₂ = 0.03,
     * L = 255. Variances are those of the weighted window, without a sample correction.
     *
     * <p>An image less than 11 pixels high or wide gets the largest window of odd side that fits; of a single pixel only the
     * comparison of luminance is left.
     *
     * @return −1 to 1
     * @throws IllegalArgumentException if the sizes differ
     */
    public static double ssim(RgbImage clean, RgbImage published) {
        return ssim(new ImagePair(clean, published));
    }

    static double ssim(ImagePair pair) {
        return StructuralSimilarity.of(
                luma(pair.original()),
                luma(pair.published()),
                pair.original().height(),
                pair.original().width());
    }

    private static double[] luma(RgbImage image) {
        byte[] pixels = image.pixels();
        double[] luma = new double[image.height() * image.width()];
        for (int i = 0; i < luma.length; i++) {
            luma[i] = 0.299 * (pixels[3 * i] & 0xff)
                    + 0.587 * (pixels[3 * i + 1] & 0xff)
                    + 0.114 * (pixels[3 * i + 2] & 0xff);
        }
        return luma;
    }
}
