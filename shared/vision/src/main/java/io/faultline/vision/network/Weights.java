package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;

/**
 * The tensors a network computes with, by PyTorch's name. A network is a function of them, so that running it with one
 * weight exchanged needs no copy of the others.
 */
@FunctionalInterface
public interface Weights {
    /**
     * @return the tensor of this name, still owned by whoever keeps it
     * @throws IllegalArgumentException if there is none
     */
    NDArray get(String name);

    /** These weights with one exchanged; the caller keeps owning the tensor. */
    default Weights with(String name, NDArray tensor) {
        return asked -> asked.equals(name) ? tensor : get(asked);
    }
}
