package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A part of a network: a function from one activation to the next, which knows the tensors it reads.
 *
 * <p>A layer has no state. One made of others names them as its children, in the order in which PyTorch registers them; one
 * that reads tensors itself lists these.
 *
 * @implNote a layer closes every intermediate result once it is used: while a gradient is recorded the engine keeps by itself
 *     what the backward pass needs, and otherwise nothing should be kept
 */
interface Layer {
    /**
     * @param x stays the caller's
     * @param pass which tensors to read, and what batch norms divide by
     * @return a new array, owned by {@code x}'s manager
     */
    NDArray apply(NDArray x, Pass pass);

    /** The layers this one is made of, in the order of the state dict. */
    default List<Layer> children() {
        return List.of();
    }

    /** The entries of the state dict that this layer reads, in PyTorch's order. */
    default List<TensorSpec> tensors() {
        return children().stream().flatMap(child -> child.tensors().stream()).toList();
    }

    /**
     * This layer cut before the module of a weight that it reads, as late as it knows how to.
     *
     * @param weight in the state dict
     */
    default Cut cutBefore(String weight) {
        return Cut.atTheStartOf(this);
    }

    /** Whether this layer reads an entry of the state dict. */
    default boolean reads(String tensor) {
        return tensors().stream().anyMatch(spec -> spec.name().equals(tensor));
    }

    /** Puts down what {@link #apply} reads in a folded pass. */
    default void fold(FoldedTensors folded) {
        children().forEach(child -> child.fold(folded));
    }
}
