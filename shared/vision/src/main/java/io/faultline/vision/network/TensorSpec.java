package io.faultline.vision.network;

import ai.djl.ndarray.types.Shape;

/**
 * One entry of a network's state dict.
 *
 * @param name PyTorch's
 * @param role what it is for, which decides how it starts and whether it is trained
 */
record TensorSpec(String name, Shape shape, Role role) {
    enum Role {
        CONVOLUTION_WEIGHT(true),
        CONVOLUTION_BIAS(true),
        LINEAR_WEIGHT(true),
        LINEAR_BIAS(true),
        /** Of a batch or layer norm. */
        NORM_WEIGHT(true),
        /** Of a batch or layer norm. */
        NORM_BIAS(true),
        /** A transformer's class token and positions. */
        EMBEDDING(true),
        RUNNING_MEAN(false),
        RUNNING_VARIANCE(false),
        BATCHES_TRACKED(false);

        private final boolean trained;

        Role(boolean trained) {
            this.trained = trained;
        }

        boolean trained() {
            return trained;
        }
    }
}
