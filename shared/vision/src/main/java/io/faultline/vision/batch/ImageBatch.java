package io.faultline.vision.batch;

import ai.djl.ndarray.NDArray;

/**
 * Images with their labels as tensors; owned by the manager they were made for. In a mixed batch every image has two labels: the
 * loss is share · loss(labels) + (1 − share) · loss(otherLabels), image by image.
 *
 * @param images (N, 3, H, W), float32 in [0, 1], beyond it only if noise was added, not normalised, channels last in memory
 * @param labels (N) int64
 * @param otherLabels (N) int64; null if the batch is not mixed
 * @param share (N) float32 in [0, 1], the weight of {@code labels}; null if the batch is not mixed
 */
public record ImageBatch(NDArray images, NDArray labels, NDArray otherLabels, NDArray share) {
    public ImageBatch {
        if ((otherLabels == null) != (share == null)) {
            throw new IllegalArgumentException(
                    "otherLabels is " + otherLabels + " and share is " + share + "; expected both or none of them");
        }
    }

    /** Images that are not mixed. */
    public ImageBatch(NDArray images, NDArray labels) {
        this(images, labels, null, null);
    }

    /** N. */
    public int size() {
        return Math.toIntExact(images.getShape().get(0));
    }

    /** Whether there are other labels and shares. */
    public boolean mixed() {
        return otherLabels != null;
    }
}
