package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;

/** A network with its weights fixed and its batch norms on running statistics: what attacks and evaluation see. */
@FunctionalInterface
public interface Classifier {
    /**
     * @param images (N, 3, H, W), float32 in [0, 1], not normalised
     * @return logits (N, K), owned by the images' manager
     */
    NDArray logits(NDArray images);
}
