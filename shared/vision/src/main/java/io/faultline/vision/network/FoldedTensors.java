package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a network computes with once its batch norms are folded: on running statistics a batch norm is affine, z ↦ gz + (β − μg)
 * with g = γ/√(σ² + ε). After a convolution z = Wx + b, the two are one convolution of weight gW and bias β + (b − μ)g; elsewhere
 * it stays one multiplication and one addition.
 */
final class FoldedTensors implements Weights {
    private final Weights source;
    private final NDManager manager;
    private final Map<String, NDArray> tensors = new HashMap<>();
    private final Map<String, NDArray> gains = new HashMap<>();

    /** @param manager owns the results */
    FoldedTensors(Weights source, NDManager manager) {
        this.source = source;
        this.manager = manager;
    }

    /** Copies a tensor that no batch norm changes. */
    void keep(String name) {
        NDArray copy = source.get(name).duplicate();
        copy.attach(manager);
        tensors.put(name, copy);
    }

    /** Folds a batch norm into the convolution before it. */
    void fold(Convolution convolution, BatchNormalization norm) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray gain = gain(norm, scratch);
            NDArray mean = borrowed(norm.mean(), scratch);
            NDArray shift =
                    convolution.biased() ? borrowed(convolution.bias(), scratch).sub(mean) : mean.neg();
            NDArray perKernel = gain.reshape(-1, 1, 1, 1);
            put(convolution.weight(), borrowed(convolution.weight(), scratch).mul(perKernel));
            put(convolution.bias(), borrowed(norm.bias(), scratch).add(shift.mul(gain)));
            perKernel.attach(manager);
            gains.put(convolution.weight(), perKernel);
        }
    }

    /** Makes a batch norm that follows no convolution one multiplication and one addition. */
    void foldAlone(BatchNormalization norm) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray gain = gain(norm, scratch);
            NDArray shift = borrowed(norm.bias(), scratch)
                    .sub(borrowed(norm.mean(), scratch).mul(gain));
            put(norm.weight(), gain.reshape(1, -1, 1, 1));
            put(norm.bias(), shift.reshape(1, -1, 1, 1));
        }
    }

    @Override
    public NDArray get(String name) {
        return tensors.get(name);
    }

    /** What the kernels of a convolution were multiplied with, (C', 1, 1, 1); nothing if no batch norm follows it. */
    Optional<NDArray> gain(String weight) {
        return Optional.ofNullable(gains.get(weight));
    }

    private NDArray gain(BatchNormalization norm, NDManager scratch) {
        NDArray deviation =
                borrowed(norm.variance(), scratch).add(norm.epsilon()).sqrt();
        return borrowed(norm.weight(), scratch).div(deviation);
    }

    private void put(String name, NDArray tensor) {
        tensor.attach(manager);
        tensors.put(name, tensor);
    }

    private NDArray borrowed(String name, NDManager scratch) {
        NDArray alias = source.get(name).stopGradient();
        alias.attach(scratch);
        return alias;
    }
}
