package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.LayerNorm;
import io.faultline.vision.network.TensorSpec.Role;
import java.util.List;

/** Each token to mean 0 and variance 1 over its features, then γ and β (Ba et al., 2016): (…, features) ↦ the same. */
record LayerNormalization(String name, int features) implements Layer {
    /** timm's for transformers; PyTorch's own is 1e-5. */
    private static final float EPSILON = 1e-6f;

    @Override
    public List<TensorSpec> tensors() {
        Shape each = new Shape(features);
        return List.of(
                new TensorSpec(name + ".weight", each, Role.NORM_WEIGHT),
                new TensorSpec(name + ".bias", each, Role.NORM_BIAS));
    }

    @Override
    public void fold(FoldedTensors folded) {
        tensors().forEach(tensor -> folded.keep(tensor.name()));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        return LayerNorm.layerNorm(
                        x, new Shape(features), pass.get(name + ".weight"), pass.get(name + ".bias"), EPSILON)
                .singletonOrThrow();
    }
}
