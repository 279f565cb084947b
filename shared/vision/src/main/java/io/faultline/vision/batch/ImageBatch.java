package io.faultline.vision.batch;

import ai.djl.ndarray.NDArray;

/**
 * Images with their labels as tensors; owned by the manager they were made for.
 *
 * @param images (N, 3, H, W), float32 in [0, 1], not normalised, channels last in memory
 * @param labels (N) int64
 */
public record ImageBatch(NDArray images, NDArray labels) {
    /** N. */
    public int size() {
        return Math.toIntExact(images.getShape().get(0));
    }
}
