package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import io.faultline.vision.network.TensorSpec.Role;
import java.util.List;

/** xWᵀ + b over the last axis: (…, inputs) ↦ (…, outputs). */
record FullyConnected(String name, int inputs, int outputs) implements Layer {
    @Override
    public List<TensorSpec> tensors() {
        return List.of(
                new TensorSpec(name + ".weight", new Shape(outputs, inputs), Role.LINEAR_WEIGHT),
                new TensorSpec(name + ".bias", new Shape(outputs), Role.LINEAR_BIAS));
    }

    @Override
    public void fold(FoldedTensors folded) {
        tensors().forEach(tensor -> folded.keep(tensor.name()));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        return Linear.linear(x, pass.get(name + ".weight"), pass.get(name + ".bias"))
                .singletonOrThrow();
    }
}
