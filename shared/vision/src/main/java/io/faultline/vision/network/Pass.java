package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;

/**
 * What a forward pass computes with.
 *
 * @param weights under PyTorch's names; for {@link Norms#FOLDED}, what {@link FoldedTensors} made of them
 */
record Pass(Weights weights, Norms norms) {
    /** What is done about batch norms. */
    enum Norms {
        BATCH_STATISTICS,
        RUNNING_STATISTICS,
        /** They are part of the convolution before them, or one multiplication and one addition. */
        FOLDED
    }

    static Pass of(Weights weights, BatchNormMode mode) {
        return new Pass(
                weights,
                switch (mode) {
                    case BATCH_STATISTICS -> Norms.BATCH_STATISTICS;
                    case RUNNING_STATISTICS -> Norms.RUNNING_STATISTICS;
                });
    }

    static Pass folded(Weights folded) {
        return new Pass(folded, Norms.FOLDED);
    }

    boolean isFolded() {
        return norms == Norms.FOLDED;
    }

    NDArray get(String tensor) {
        return weights.get(tensor);
    }
}
