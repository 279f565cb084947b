package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Convolutions that contain the batch norm after them: on running statistics a batch norm is γ(z − μ)/√(σ² + ε) + β, affine in
 * z = Wx, so the two are one convolution of weight Wγ/√(σ² + ε) and bias β − μγ/√(σ² + ε).
 */
final class FoldedWeights {
    private final Map<String, NDArray> weights = new HashMap<>();
    private final Map<String, NDArray> biases = new HashMap<>();

    /** Folds one pair; the results belong to {@code manager}. */
    void fold(Weights network, String convolution, String batchNorm, NDManager manager) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray variance = borrowed(network.get(batchNorm + ".running_var"), scratch);
            NDArray mean = borrowed(network.get(batchNorm + ".running_mean"), scratch);
            NDArray kernel = borrowed(network.get(convolution + ".weight"), scratch);
            NDArray gain = borrowed(network.get(batchNorm + ".weight"), scratch)
                    .div(variance.add(NormalizedConvolution.EPSILON).sqrt());
            NDArray bias = borrowed(network.get(batchNorm + ".bias"), scratch).sub(mean.mul(gain));
            NDArray weight = kernel.mul(gain.reshape(-1, 1, 1, 1));
            weight.attach(manager);
            bias.attach(manager);
            weights.put(convolution, weight);
            biases.put(convolution, bias);
        }
    }

    NDArray weight(String convolution) {
        return weights.get(convolution);
    }

    NDArray bias(String convolution) {
        return biases.get(convolution);
    }

    private static NDArray borrowed(NDArray tensor, NDManager scratch) {
        NDArray alias = tensor.stopGradient();
        alias.attach(scratch);
        return alias;
    }
}
