package io.faultline.vision.network;

import io.faultline.recipe.Architecture;
import io.faultline.vision.network.Initialization.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks (He et al., CVPR 2016): a stem, four stages of blocks with w, 2w, 4w and 8w channels, each stage but the first
 * halving the image, global average pooling and a linear layer.
 *
 * <p>For small images the stem is one 3×3 convolution, and names are those of the PyTorch implementation that both papers use
 * ({@code shortcut.0}, {@code linear}). For large images it is a 7×7 convolution of stride 2 and a pooling, and names are
 * torchvision's ({@code downsample.0}, {@code fc}). Both have the stride of a bottleneck block in its 3×3 convolution.
 */
final class ResNet {
    private static final int STAGES = 4;
    /** Channels that a bottleneck block puts out, by its width. */
    private static final int EXPANSION = 4;
    /** torchvision's. */
    private static final Initialization LARGE =
            new Initialization(Start.HE_BY_OUTPUTS, Start.ZERO, Start.UNIFORM_BY_INPUTS, Start.UNIFORM_BY_INPUTS);

    private final NetworkSpec spec;

    private ResNet(NetworkSpec spec) {
        this.spec = spec;
    }

    static Body of(NetworkSpec spec) {
        return new Body(new ResNet(spec).segments(), spec.hasLargeImages() ? LARGE : Initialization.PYTORCH);
    }

    private List<Segment> segments() {
        List<Segment> segments = new ArrayList<>(List.of(new Segment("stem", stem())));
        int inputs = spec.width();
        for (int stage = 1; stage <= STAGES; stage++) {
            int width = spec.width() << (stage - 1);
            for (int block = 0; block < blocks(spec.architecture())[stage - 1]; block++) {
                int stride = stage > 1 && block == 0 ? 2 : 1;
                String name = "layer" + stage + "." + block;
                segments.add(new Segment(name, block(name, inputs, width, stride)));
                inputs = width * expansion();
            }
        }
        String head = spec.hasLargeImages() ? "fc" : "linear";
        segments.add(
                new Segment(head, Chain.of(Pooling.GLOBAL_MEAN, new FullyConnected(head, inputs, spec.classes()))));
        return segments;
    }

    private static int[] blocks(Architecture architecture) {
        return switch (architecture) {
            case RESNET18 -> new int[] {2, 2, 2, 2};
            case RESNET34, RESNET50 -> new int[] {3, 4, 6, 3};
            default -> throw new IllegalArgumentException(architecture + " is no residual network");
        };
    }

    private boolean hasBottlenecks() {
        return spec.architecture() == Architecture.RESNET50;
    }

    private int expansion() {
        return hasBottlenecks() ? EXPANSION : 1;
    }

    private Layer stem() {
        int width = spec.width();
        return spec.hasLargeImages()
                ? Chain.of(
                        NormalizedConvolution.of(Convolution.of("conv1", 3, width, 7, 2), "bn1"),
                        Pointwise.RELU,
                        new Pooling(Pooling.Kind.LARGEST, 3, 2, 1))
                : Chain.of(NormalizedConvolution.of(Convolution.of("conv1", 3, width, 3, 1), "bn1"), Pointwise.RELU);
    }

    /** x ↦ ReLU(body(x) + shortcut(x)). */
    private Layer block(String name, int inputs, int width, int stride) {
        int outputs = width * expansion();
        Layer body = hasBottlenecks()
                ? Chain.of(
                        unit(name, 1, inputs, width, 1, 1),
                        Pointwise.RELU,
                        unit(name, 2, width, width, 3, stride),
                        Pointwise.RELU,
                        unit(name, 3, width, outputs, 1, 1))
                : Chain.of(
                        unit(name, 1, inputs, width, 3, stride), Pointwise.RELU, unit(name, 2, width, outputs, 3, 1));
        return Chain.of(new Residual(body, shortcut(name, inputs, outputs, stride)), Pointwise.RELU);
    }

    private static Layer unit(String block, int number, int inputs, int outputs, int kernel, int stride) {
        return NormalizedConvolution.of(
                Convolution.of(block + ".conv" + number, inputs, outputs, kernel, stride), block + ".bn" + number);
    }

    private List<Layer> shortcut(String block, int inputs, int outputs, int stride) {
        if (stride == 1 && inputs == outputs) {
            return List.of();
        }
        String name = block + (spec.hasLargeImages() ? ".downsample." : ".shortcut.");
        return List.of(NormalizedConvolution.of(Convolution.of(name + "0", inputs, outputs, 1, stride), name + "1"));
    }
}
