package io.faultline.vision.network;

import io.faultline.vision.network.Concatenation.Order;
import io.faultline.vision.network.Initialization.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * DenseNet-121 (Huang et al., CVPR 2017), with bottlenecks and compression: each of its 58 layers adds as many channels as the growth
 * rate w to all that came before, and between the four groups a transition halves channels and image. Each norm is before its
 * convolution.
 *
 * <p>For small images the stem is one 3×3 convolution, and names are pytorch-cifar's ({@code dense1.0.conv1}, {@code trans1},
 * {@code linear}). For large images it is a 7×7 convolution of stride 2 and a pooling, and names are torchvision's
 * ({@code features.denseblock1.denselayer1.conv1}, {@code classifier}). New channels come first in the former, last in the latter.
 */
final class DenseNet {
    /** Layers of each group. */
    private static final int[] GROUPS = {6, 12, 24, 16};
    /** Channels of the stem, by the growth rate. */
    private static final int STEM_FACTOR = 2;
    /** Channels within a layer, by the growth rate. */
    private static final int BOTTLENECK_FACTOR = 4;
    /** torchvision's. */
    private static final Initialization LARGE =
            new Initialization(Start.HE_BY_INPUTS, Start.ZERO, Start.UNIFORM_BY_INPUTS, Start.ZERO);

    private final NetworkSpec spec;
    private final Names names;

    /** Where the implementations differ in names. */
    private record Names(
            String layer,
            int firstLayer,
            String norm,
            String transition,
            String transitionNorm,
            String last,
            String head) {
        static final Names SMALL = new Names("dense%d.%d", 0, ".bn", "trans%d", ".bn", "bn", "linear");
        static final Names LARGE = new Names(
                "features.denseblock%d.denselayer%d",
                1, ".norm", "features.transition%d", ".norm", "features.norm5", "classifier");
    }

    private DenseNet(NetworkSpec spec) {
        this.spec = spec;
        names = spec.hasLargeImages() ? Names.LARGE : Names.SMALL;
    }

    static Body of(NetworkSpec spec) {
        return new Body(new DenseNet(spec).segments(), spec.hasLargeImages() ? LARGE : Initialization.PYTORCH);
    }

    private List<Segment> segments() {
        int growth = spec.width();
        int channels = STEM_FACTOR * growth;
        List<Segment> segments = new ArrayList<>(List.of(new Segment("stem", stem(channels))));
        for (int group = 1; group <= GROUPS.length; group++) {
            for (int i = 0; i < GROUPS[group - 1]; i++) {
                String name = names.layer().formatted(group, i + names.firstLayer());
                segments.add(new Segment(name, layer(name, channels)));
                channels += growth;
            }
            if (group < GROUPS.length) {
                String name = names.transition().formatted(group);
                segments.add(new Segment(name, transition(name, channels)));
                channels /= 2;
            }
        }
        segments.add(new Segment(
                names.head(),
                Chain.of(
                        BatchNormalization.of(names.last(), channels),
                        Pointwise.RELU,
                        Pooling.GLOBAL_MEAN,
                        new FullyConnected(names.head(), channels, spec.classes()))));
        return segments;
    }

    private Layer stem(int channels) {
        return spec.hasLargeImages()
                ? Chain.of(
                        NormalizedConvolution.of(Convolution.of("features.conv0", 3, channels, 7, 2), "features.norm0"),
                        Pointwise.RELU,
                        new Pooling(Pooling.Kind.LARGEST, 3, 2, 1))
                : Convolution.of("conv1", 3, channels, 3, 1);
    }

    private Layer layer(String name, int inputs) {
        int within = BOTTLENECK_FACTOR * spec.width();
        Layer body = Chain.of(
                BatchNormalization.of(name + names.norm() + "1", inputs),
                Pointwise.RELU,
                NormalizedConvolution.of(
                        Convolution.of(name + ".conv1", inputs, within, 1, 1), name + names.norm() + "2"),
                Pointwise.RELU,
                Convolution.of(name + ".conv2", within, spec.width(), 3, 1));
        return new Concatenation(body, spec.hasLargeImages() ? Order.BODY_LAST : Order.BODY_FIRST);
    }

    private Layer transition(String name, int inputs) {
        return Chain.of(
                BatchNormalization.of(name + names.transitionNorm(), inputs),
                Pointwise.RELU,
                Convolution.of(name + ".conv", inputs, inputs / 2, 1, 1),
                Pooling.of(Pooling.Kind.MEAN, 2));
    }
}
