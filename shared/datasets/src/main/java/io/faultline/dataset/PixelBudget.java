package io.faultline.dataset;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what the images of one data set take in memory; asked with an image's header, before it is decoded. */
final class PixelBudget {
    /** What a JPEG can say; a PNG could ask for two rows as large as all the pixels allowed. */
    private static final int LONGEST_SIDE = 65_535;

    private final DatasetLimits limits;
    private final AtomicLong taken = new AtomicLong();

    PixelBudget(DatasetLimits limits) {
        this.limits = limits;
    }

    /** @throws InvalidDatasetException if the image, or all images so far, are too large */
    void take(String name, long height, long width) {
        if (height < 1 || width < 1) {
            throw new InvalidDatasetException(
                    name + " says it is " + height + "×" + width + " pixels; expected at least 1×1. Replace the file.");
        }
        if (height > limits.pixelsPerImage() || width > limits.pixelsPerImage() / height) {
            throw new InvalidDatasetException(
                    name + " says it is " + height + "×" + width + " pixels; allowed: at most "
                            + limits.pixelsPerImage() + " pixels in one image. Scale the image down or remove it.");
        }
        if (Math.max(height, width) > LONGEST_SIDE) {
            throw new InvalidDatasetException(name + " says it is " + height + "×" + width
                    + " pixels; allowed: sides of at most " + LONGEST_SIDE + ". Cut the image or remove it.");
        }
        long all = taken.addAndGet(3 * height * width);
        if (all > limits.bytesOfAllPixels()) {
            throw new InvalidDatasetException("the images up to " + name + " take " + all
                    + " bytes of memory as pixels; allowed: " + limits.bytesOfAllPixels()
                    + ". Use fewer or smaller images, or give the process a larger heap (-Xmx).");
        }
    }
}
