package io.faultline.vision.network;

import io.faultline.vision.network.Initialization.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV2 (Sandler et al., CVPR 2018): blocks that widen the activation by a 1×1 convolution, filter each channel by itself and
 * narrow it again. All channels are in proportion to those of the stem, w, which are 32 in the paper.
 *
 * <p>For small images names and strides are pytorch-cifar's ({@code layers.0.conv1}, {@code linear}): the stem and the second stage
 * keep the image's size, shortcuts that change the number of channels have a convolution, and the rectifiers have no upper bound. For
 * large images names and strides are torchvision's ({@code features.1.conv.0.0}, {@code classifier.1}), with ReLU6; its dropout is
 * left out.
 */
final class MobileNetV2 {
    private static final int STEM_CHANNELS = 32;
    private static final int LAST_CHANNELS = 1280;
    /** torchvision's. */
    private static final Initialization LARGE =
            new Initialization(Start.HE_BY_OUTPUTS, Start.ZERO, Start.NORMAL_ONE_HUNDREDTH, Start.ZERO);

    /** Blocks of as many channels; the first has the stride. */
    private record Stage(int expansion, int channels, int blocks, int smallStride, int largeStride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1, 1),
            new Stage(6, 24, 2, 1, 2),
            new Stage(6, 32, 3, 2, 2),
            new Stage(6, 64, 4, 2, 2),
            new Stage(6, 96, 3, 1, 1),
            new Stage(6, 160, 3, 2, 2),
            new Stage(6, 320, 1, 1, 1));

    private final NetworkSpec spec;

    private MobileNetV2(NetworkSpec spec) {
        this.spec = spec;
    }

    static Body of(NetworkSpec spec) {
        return new Body(new MobileNetV2(spec).segments(), spec.hasLargeImages() ? LARGE : Initialization.PYTORCH);
    }

    private List<Segment> segments() {
        boolean large = spec.hasLargeImages();
        List<Segment> segments = new ArrayList<>();
        int inputs = scaled(STEM_CHANNELS);
        segments.add(new Segment(
                "stem",
                large
                        ? unit(Convolution.of("features.0.0", 3, inputs, 3, 2), "features.0.1")
                        : unit(Convolution.of("conv1", 3, inputs, 3, 1), "bn1")));
        int place = 0;
        for (Stage stage : STAGES) {
            for (int i = 0; i < stage.blocks(); i++) {
                int outputs = scaled(stage.channels());
                int stride = i > 0 ? 1 : large ? stage.largeStride() : stage.smallStride();
                String name = large ? "features." + (place + 1) : "layers." + place;
                segments.add(new Segment(
                        name,
                        large
                                ? largeBlock(name, inputs, outputs, stage.expansion(), stride)
                                : smallBlock(name, inputs, outputs, stage.expansion(), stride)));
                inputs = outputs;
                place++;
            }
        }
        int features = scaled(LAST_CHANNELS);
        String head = large ? "classifier.1" : "linear";
        segments.add(new Segment(
                head,
                Chain.of(
                        large
                                ? unit(Convolution.of("features.18.0", inputs, features, 1, 1), "features.18.1")
                                : unit(Convolution.of("conv2", inputs, features, 1, 1), "bn2"),
                        Pooling.GLOBAL_MEAN,
                        new FullyConnected(head, features, spec.classes()))));
        return segments;
    }

    private int scaled(int channels) {
        return Math.max(1, Math.round((float) channels * spec.width() / STEM_CHANNELS));
    }

    /** A convolution, its norm and a rectifier. */
    private Layer unit(Convolution convolution, String norm) {
        return Chain.of(
                NormalizedConvolution.of(convolution, norm), spec.hasLargeImages() ? Pointwise.RELU6 : Pointwise.RELU);
    }

    /** Has a shortcut wherever the image keeps its size. */
    private Layer smallBlock(String name, int inputs, int outputs, int expansion, int stride) {
        int within = inputs * expansion;
        Layer body = Chain.of(
                unit(Convolution.of(name + ".conv1", inputs, within, 1, 1), name + ".bn1"),
                unit(Convolution.depthwise(name + ".conv2", within, 3, stride), name + ".bn2"),
                NormalizedConvolution.of(Convolution.of(name + ".conv3", within, outputs, 1, 1), name + ".bn3"));
        if (stride > 1) {
            return body;
        }
        return inputs == outputs
                ? Residual.of(body)
                : new Residual(
                        body,
                        List.of(NormalizedConvolution.of(
                                Convolution.of(name + ".shortcut.0", inputs, outputs, 1, 1), name + ".shortcut.1")));
    }

    /** Has a shortcut wherever image and channels stay; the first block does not widen, and has no convolution for it. */
    private Layer largeBlock(String name, int inputs, int outputs, int expansion, int stride) {
        int within = inputs * expansion;
        List<Layer> layers = new ArrayList<>();
        if (expansion > 1) {
            layers.add(unit(Convolution.of(name + ".conv.0.0", inputs, within, 1, 1), name + ".conv.0.1"));
        }
        String filter = name + ".conv." + layers.size();
        layers.add(unit(Convolution.depthwise(filter + ".0", within, 3, stride), filter + ".1"));
        int last = layers.size();
        layers.add(NormalizedConvolution.of(
                Convolution.of(name + ".conv." + last, within, outputs, 1, 1), name + ".conv." + (last + 1)));
        Layer body = new Chain(layers);
        return stride == 1 && inputs == outputs ? Residual.of(body) : body;
    }
}
