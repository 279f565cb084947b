package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import io.faultline.vision.network.TensorSpec.Role;
import java.util.List;

/**
 * A convolution with a square kernel: (N, C, H, W) ↦ (N, C', H', W'), H' = ⌊(H + 2·padding − kernel)/stride⌋ + 1.
 *
 * @param name PyTorch's
 * @param groups into which the channels are split; as many as inputs for a depthwise convolution
 */
record Convolution(
        String name, int inputs, int outputs, int kernel, int stride, int padding, int groups, boolean biased)
        implements Layer {
    /** A kernel's entries lie side by side. */
    private static final Shape NO_DILATION = new Shape(1, 1);

    /** Without bias, padded so that stride 1 keeps the size. */
    static Convolution of(String name, int inputs, int outputs, int kernel, int stride) {
        return new Convolution(name, inputs, outputs, kernel, stride, kernel / 2, 1, false);
    }

    /** One kernel for each channel. */
    static Convolution depthwise(String name, int channels, int kernel, int stride) {
        return new Convolution(name, channels, channels, kernel, stride, kernel / 2, channels, false);
    }

    Convolution withBias() {
        return new Convolution(name, inputs, outputs, kernel, stride, padding, groups, true);
    }

    /** Kernels beside each other, as of image patches. */
    Convolution withoutPadding() {
        return new Convolution(name, inputs, outputs, kernel, stride, 0, groups, biased);
    }

    String weight() {
        return name + ".weight";
    }

    String bias() {
        return name + ".bias";
    }

    @Override
    public List<TensorSpec> tensors() {
        TensorSpec weight =
                new TensorSpec(weight(), new Shape(outputs, inputs / groups, kernel, kernel), Role.CONVOLUTION_WEIGHT);
        return biased
                ? List.of(weight, new TensorSpec(bias(), new Shape(outputs), Role.CONVOLUTION_BIAS))
                : List.of(weight);
    }

    @Override
    public void fold(FoldedTensors folded) {
        tensors().forEach(tensor -> folded.keep(tensor.name()));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        return convolve(x, pass.get(weight()), biased ? pass.get(bias()) : null);
    }

    /** With a bias that a batch norm gave. */
    NDArray applyFolded(NDArray x, Pass pass) {
        return convolve(x, pass.get(weight()), pass.get(bias()));
    }

    private NDArray convolve(NDArray x, NDArray weight, NDArray bias) {
        return Conv2d.conv2d(
                        x, weight, bias, new Shape(stride, stride), new Shape(padding, padding), NO_DILATION, groups)
                .singletonOrThrow();
    }
}
