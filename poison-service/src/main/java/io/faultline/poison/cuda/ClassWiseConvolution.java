package io.faultline.poison.cuda;

import io.faultline.dataset.RgbImage;

/**
 * CUDA's transformation of one image (Sadasivan et al., CVPR 2023, Sec. 3.3): x̂ = x ∗ s_i with the filter of the image's
 * class, the same for all three channels, then x̃ = x̂ / max(x̂) over all pixels and channels, as bytes. Size and label stay.
 *
 * <p>The convolution is the cross-correlation that PyTorch calls so, with k/2 zero pixels of padding on each side. An image
 * that is zero everywhere stays so. Thread-safe.
 *
 * @implNote Where the authors' script cuts the fraction off ({@code astype(uint8)}), this rounds to the nearest level, ties to
 *     even as PyTorch's {@code round}: truncation would darken each image by half a level. The script's padding of 1 for
 *     every k, which would shrink images for k above 3, is k/2 here. Filter entries are float32 as in PyTorch; sums are
 *     float64, so that a PyTorch float32 convolution differs by its own rounding only.
 */
public final class ClassWiseConvolution {
    private static final int CHANNELS = 3;
    private static final int HIGHEST_LEVEL = 255;

    private final FilterBank filters;

    public ClassWiseConvolution(FilterBank filters) {
        this.filters = filters;
    }

    /**
     * The image seen through its class's filter.
     *
     * @throws IllegalArgumentException if the filter is larger than the image
     */
    public ConvolvedImage apply(RgbImage image, int label) {
        int size = filters.kernelSize();
        if (size > image.height() || size > image.width()) {
            throw new IllegalArgumentException("kernel size is " + size + "; expected at most the image's size, "
                    + image.height() + "×" + image.width());
        }
        return levels(image, convolve(image, filters.weights(label), size));
    }

    /** Cross-correlation, unscaled: height × width × (R, G, B), as the image's pixels. */
    private static double[] convolve(RgbImage image, float[] weights, int size) {
        int height = image.height();
        int width = image.width();
        int row = width * CHANNELS;
        double[] pixels = new double[height * row];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = image.pixels()[i] & 0xff;
        }
        double[] sums = new double[pixels.length];
        // tap by tap, so that the innermost loop runs over one row without a condition
        for (int tapRow = 0; tapRow < size; tapRow++) {
            int down = tapRow - size / 2;
            for (int tapColumn = 0; tapColumn < size; tapColumn++) {
                int right = (tapColumn - size / 2) * CHANNELS;
                double weight = weights[tapRow * size + tapColumn];
                int from = Math.max(0, -right);
                int to = Math.min(row, row - right);
                for (int y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
                    int target = y * row;
                    int source = (y + down) * row + right;
                    for (int x = from; x < to; x++) {
                        sums[target + x] += weight * pixels[source + x];
                    }
                }
            }
        }
        return sums;
    }

    /** Divides by the largest value and rounds to bytes. */
    private static ConvolvedImage levels(RgbImage image, double[] sums) {
        double largest = 0;
        for (double sum : sums) {
            largest = Math.max(largest, sum);
        }
        byte[] bytes = new byte[sums.length];
        int clipped = 0;
        if (largest > 0) {
            for (int i = 0; i < bytes.length; i++) {
                double level = Math.rint(sums[i] / largest * HIGHEST_LEVEL);
                if (level < 0 || level > HIGHEST_LEVEL) {
                    clipped++;
                    level = Math.min(HIGHEST_LEVEL, Math.max(0, level));
                }
                bytes[i] = (byte) (int) level;
            }
        }
        return new ConvolvedImage(new RgbImage(image.height(), image.width(), bytes), clipped);
    }
}
