package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

/** The first token: (N, T, D) ↦ (N, D). */
record ClassToken() implements Layer {
    private static final NDIndex FIRST = new NDIndex(":, 0");

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        return x.get(FIRST);
    }
}
