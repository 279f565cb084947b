package io.faultline.poison.quality;

import io.faultline.dataset.RgbImage;

/**
 * An image as it was and as it is published.
 *
 * @param published of the same size as the original
 */
public record ImagePair(RgbImage original, RgbImage published) {
    public ImagePair {
        if (original.height() != published.height() || original.width() != published.width()) {
            throw new IllegalArgumentException("published image is " + size(published) + ", its original "
                    + size(original) + "; expected the same size");
        }
    }

    private static String size(RgbImage image) {
        return image.height() + "×" + image.width();
    }
}
