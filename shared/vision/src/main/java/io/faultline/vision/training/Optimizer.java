package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.vision.network.StateDict;
import java.util.Collection;
import java.util.Map;

/** How weights follow gradients. Owns the memory of what it remembers of earlier ones. */
public sealed interface Optimizer extends AutoCloseable permits MomentumSgd, AdamW {
    /** Moves each weight for which there is a gradient, in place. */
    void step(StateDict weights, Map<String, NDArray> gradients, double learningRate);

    /** What it remembers, under names that say of which weight and what; empty before the first step. */
    Map<String, Safetensors.Tensor> export();

    /**
     * Puts back what {@link #export()} gave.
     *
     * @param exported may hold other tensors too
     * @param trained names of the weights that it has moved; none before the first step
     * @throws InvalidCheckpointException if something of one of them is missing
     */
    void restore(Map<String, Safetensors.Tensor> exported, Collection<String> trained);

    @Override
    void close();

    /** What a recipe says of an optimiser. */
    sealed interface Settings permits MomentumSgd.Settings, AdamW.Settings {
        /** The rate that a schedule starts from or leads up to. */
        double learningRate();

        /** A new optimiser that remembers nothing. */
        Optimizer create(NDManager parent);
    }
}
