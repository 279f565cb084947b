package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;

/** A convolution without bias and the batch norm after it, the unit that residual networks are made of. */
interface NormalizedConvolution {
    /** PyTorch's default, the share of the old running statistics that is kept. */
    float MOMENTUM_KEPT = 0.9f;
    /** PyTorch's default. */
    float EPSILON = 1e-5f;
    /** A kernel's entries lie side by side. */
    Shape NO_DILATION = new Shape(1, 1);

    /**
     * @param x (N, C, H, W); stays the caller's
     * @param convolution PyTorch's name of the convolution; its kernel is square
     * @param batchNorm PyTorch's name of the batch norm
     * @return (N, C', ⌈H/stride⌉, ⌈W/stride⌉)
     */
    NDArray apply(NDArray x, String convolution, String batchNorm, int stride);

    /** As the weights say, in one of the two modes. */
    static NormalizedConvolution of(Weights weights, BatchNormMode mode) {
        boolean training = mode == BatchNormMode.BATCH_STATISTICS;
        return (x, convolution, batchNorm, stride) -> {
            if (training) {
                weights.get(batchNorm + ".num_batches_tracked").addi(1);
            }
            try (NDArray convolved = convolve(x, weights.get(convolution + ".weight"), null, stride)) {
                return BatchNorm.batchNorm(
                                convolved,
                                weights.get(batchNorm + ".running_mean"),
                                weights.get(batchNorm + ".running_var"),
                                weights.get(batchNorm + ".weight"),
                                weights.get(batchNorm + ".bias"),
                                -1, // the engine's own axis, 1; naming it would cost two transpositions
                                MOMENTUM_KEPT,
                                EPSILON,
                                training)
                        .singletonOrThrow();
            }
        };
    }

    /** With the batch norm folded into the convolution's weight and bias, see {@link FoldedWeights}. */
    static NormalizedConvolution folded(FoldedWeights weights) {
        return (x, convolution, batchNorm, stride) ->
                convolve(x, weights.weight(convolution), weights.bias(convolution), stride);
    }

    private static NDArray convolve(NDArray x, NDArray weight, NDArray bias, int stride) {
        long padding = weight.getShape().get(2) / 2;
        return Conv2d.conv2d(x, weight, bias, new Shape(stride, stride), new Shape(padding, padding), NO_DILATION, 1)
                .singletonOrThrow();
    }
}
