package io.faultline.vision.network;

import io.faultline.vision.network.Initialization.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * VGG-16 with batch norms (Simonyan and Zisserman, ICLR 2015, configuration D): thirteen 3×3 convolutions with bias in five stages of
 * w, 2w, 4w, 8w and 8w channels, each stage ending in a pooling that halves the image.
 *
 * <p>For small images one linear layer follows the mean over the image, with the names of pytorch-cifar ({@code features.0},
 * {@code classifier}). For large images three follow a pooling to 7×7, with torchvision's ({@code classifier.0}); its dropout is left
 * out.
 */
final class Vgg {
    /** Convolutions of each stage. */
    private static final int[] STAGES = {2, 2, 3, 3, 3};
    /** Channels of each stage, by the width. */
    private static final int[] FACTORS = {1, 2, 4, 8, 8};
    /** Height and width that the linear layers for large images see. */
    private static final int GRID = 7;
    /** Features between the linear layers, by the width: 4096 of 64. */
    private static final int HIDDEN_FACTOR = 64;
    /** torchvision's. */
    private static final Initialization LARGE =
            new Initialization(Start.HE_BY_OUTPUTS, Start.ZERO, Start.NORMAL_ONE_HUNDREDTH, Start.ZERO);

    private Vgg() {}

    static Body of(NetworkSpec spec) {
        if (spec.imageSize() < 1 << STAGES.length) {
            throw new IllegalArgumentException("imageSize is " + spec.imageSize() + "; "
                    + spec.architecture().wireName() + " halves images " + STAGES.length + " times and takes at least "
                    + (1 << STAGES.length));
        }
        List<Segment> segments = new ArrayList<>();
        int inputs = 3;
        int place = 0; // PyTorch counts convolution, norm, rectifier and pooling each as one
        for (int stage = 0; stage < STAGES.length; stage++) {
            int outputs = spec.width() * FACTORS[stage];
            for (int i = 0; i < STAGES[stage]; i++) {
                String name = "features." + place;
                Layer rectified = Chain.of(
                        NormalizedConvolution.of(
                                Convolution.of(name, inputs, outputs, 3, 1).withBias(), "features." + (place + 1)),
                        Pointwise.RELU);
                boolean last = i == STAGES[stage] - 1;
                segments.add(
                        new Segment(name, last ? Chain.of(rectified, Pooling.of(Pooling.Kind.LARGEST, 2)) : rectified));
                place += last ? 4 : 3;
                inputs = outputs;
            }
        }
        segments.addAll(spec.hasLargeImages() ? largeHead(spec, inputs) : smallHead(spec, inputs));
        return new Body(segments, spec.hasLargeImages() ? LARGE : Initialization.PYTORCH);
    }

    private static List<Segment> smallHead(NetworkSpec spec, int features) {
        return List.of(new Segment(
                "classifier",
                Chain.of(Pooling.GLOBAL_MEAN, new FullyConnected("classifier", features, spec.classes()))));
    }

    private static List<Segment> largeHead(NetworkSpec spec, int features) {
        int hidden = spec.width() * HIDDEN_FACTOR;
        return List.of(
                new Segment(
                        "classifier.0",
                        Chain.of(
                                new GridPooling(GRID),
                                new FullyConnected("classifier.0", features * GRID * GRID, hidden),
                                Pointwise.RELU)),
                new Segment(
                        "classifier.3", Chain.of(new FullyConnected("classifier.3", hidden, hidden), Pointwise.RELU)),
                new Segment("classifier.6", new FullyConnected("classifier.6", hidden, spec.classes())));
    }
}
