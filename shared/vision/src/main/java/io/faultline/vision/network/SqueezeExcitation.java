package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** x ↦ x·gate(mean of x over the image): a weight for each channel of each image (Hu et al., CVPR 2018). */
record SqueezeExcitation(Layer gate) implements Layer {
    /** With SiLU between the two 1×1 convolutions, which torchvision names {@code fc1} and {@code fc2}. */
    static SqueezeExcitation of(String name, int channels, int squeezed) {
        return new SqueezeExcitation(Chain.of(
                Convolution.of(name + ".fc1", channels, squeezed, 1, 1).withBias(),
                Pointwise.SILU,
                Convolution.of(name + ".fc2", squeezed, channels, 1, 1).withBias(),
                Pointwise.SIGMOID));
    }

    @Override
    public List<Layer> children() {
        return List.of(gate);
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        try (NDArray means = Pooling.GLOBAL_MEAN.apply(x, pass);
                NDArray image =
                        means.reshape(means.getShape().get(0), means.getShape().get(1), 1, 1);
                NDArray shares = gate.apply(image, pass)) {
            return x.mul(shares);
        }
    }
}
