package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import io.faultline.recipe.Architecture;
import io.faultline.vision.network.TensorSpec.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * A residual network for small images (He et al., CVPR 2016): a 3×3 stem without pooling, four stages of basic blocks, global
 * average pooling and a linear layer, named as the PyTorch implementations that both papers use name them.
 *
 * <p>The stages have w, 2w, 4w and 8w channels, and each but the first halves the image.
 */
final class ResNet {
    private static final int STAGES = 4;

    /** A convolution and the batch norm after it. */
    record Unit(String convolution, String batchNorm, int inputs, int outputs, int kernel, int stride) {}

    /** x ↦ ReLU(second(ReLU(first(x))) + shortcut(x)); the shortcut is the identity where there is none. */
    private record Block(Unit first, Unit second, List<Unit> shortcut) {}

    private final Unit stem;
    private final List<Block> blocks = new ArrayList<>();
    private final int features;
    private final int classes;

    ResNet(Architecture architecture, int width, int classes) {
        stem = new Unit("conv1", "bn1", 3, width, 3, 1);
        int inputs = width;
        for (int stage = 1; stage <= STAGES; stage++) {
            int outputs = width << (stage - 1);
            for (int block = 0; block < blocks(architecture)[stage - 1]; block++) {
                int stride = stage > 1 && block == 0 ? 2 : 1;
                blocks.add(block("layer" + stage + "." + block + ".", inputs, outputs, stride));
                inputs = outputs;
            }
        }
        features = inputs;
        this.classes = classes;
    }

    private static int[] blocks(Architecture architecture) {
        return switch (architecture) {
            case RESNET18 -> new int[] {2, 2, 2, 2};
            case RESNET34 -> new int[] {3, 4, 6, 3};
        };
    }

    private static Block block(String name, int inputs, int outputs, int stride) {
        return new Block(
                new Unit(name + "conv1", name + "bn1", inputs, outputs, 3, stride),
                new Unit(name + "conv2", name + "bn2", outputs, outputs, 3, 1),
                stride == 1 && inputs == outputs
                        ? List.of()
                        : List.of(new Unit(name + "shortcut.0", name + "shortcut.1", inputs, outputs, 1, stride)));
    }

    /** All convolutions with their batch norms, in PyTorch's order. */
    List<Unit> units() {
        List<Unit> units = new ArrayList<>(List.of(stem));
        for (Block block : blocks) {
            units.add(block.first());
            units.add(block.second());
            units.addAll(block.shortcut());
        }
        return units;
    }

    /** The state dict's entries, in PyTorch's order. */
    List<TensorSpec> tensors() {
        List<TensorSpec> tensors = new ArrayList<>();
        for (Unit unit : units()) {
            tensors.add(new TensorSpec(
                    unit.convolution() + ".weight",
                    new Shape(unit.outputs(), unit.inputs(), unit.kernel(), unit.kernel()),
                    Role.CONVOLUTION_WEIGHT));
            Shape channels = new Shape(unit.outputs());
            tensors.add(new TensorSpec(unit.batchNorm() + ".weight", channels, Role.BATCH_NORM_WEIGHT));
            tensors.add(new TensorSpec(unit.batchNorm() + ".bias", channels, Role.BATCH_NORM_BIAS));
            tensors.add(new TensorSpec(unit.batchNorm() + ".running_mean", channels, Role.RUNNING_MEAN));
            tensors.add(new TensorSpec(unit.batchNorm() + ".running_var", channels, Role.RUNNING_VARIANCE));
            tensors.add(new TensorSpec(unit.batchNorm() + ".num_batches_tracked", new Shape(), Role.BATCHES_TRACKED));
        }
        tensors.add(new TensorSpec("linear.weight", new Shape(classes, features), Role.LINEAR_WEIGHT));
        tensors.add(new TensorSpec("linear.bias", new Shape(classes), Role.LINEAR_BIAS));
        return tensors;
    }

    /**
     * @param x normalised images (N, 3, H, W); stays the caller's
     * @param unit how a convolution and its batch norm are computed
     * @param weight of the linear layer
     * @param bias of the linear layer
     * @return logits (N, K)
     * @implNote every intermediate result is closed once it is used: while a gradient is recorded the engine keeps by itself
     *     what the backward pass needs, and otherwise nothing should be kept
     */
    NDArray logits(NDArray x, NormalizedConvolution unit, NDArray weight, NDArray bias) {
        NDArray hidden = rectified(apply(stem, x, unit));
        for (Block block : blocks) {
            NDArray next = residual(block, hidden, unit);
            hidden.close();
            hidden = next;
        }
        try (NDArray last = hidden;
                NDArray pooled = Pool.globalAvgPool2d(last)) { // (N, 8w)
            return Linear.linear(pooled, weight, bias).singletonOrThrow();
        }
    }

    private static NDArray residual(Block block, NDArray x, NormalizedConvolution unit) {
        try (NDArray first = rectified(apply(block.first(), x, unit));
                NDArray second = apply(block.second(), first, unit)) {
            if (block.shortcut().isEmpty()) {
                return rectified(second.add(x));
            }
            try (NDArray shortcut = apply(block.shortcut().get(0), x, unit)) {
                return rectified(second.add(shortcut));
            }
        }
    }

    private static NDArray apply(Unit unit, NDArray x, NormalizedConvolution convolution) {
        return convolution.apply(x, unit.convolution(), unit.batchNorm(), unit.stride());
    }

    private static NDArray rectified(NDArray x) {
        try (x) {
            return Activation.relu(x);
        }
    }
}
