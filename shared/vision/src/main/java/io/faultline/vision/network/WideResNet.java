package io.faultline.vision.network;

import io.faultline.vision.network.Initialization.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * Wide residual networks (Zagoruyko and Komodakis, BMVC 2016) with the norm before the convolution: a stem of 16 channels, three
 * groups of blocks with w, 2w and 4w channels, the latter two halving the image, then norm, pooling and a linear layer. The depth d
 * gives (d − 4)/6 blocks a group; w is 16 times the paper's factor.
 *
 * <p>One form for all image sizes, with the names of the implementation by TRADES, which RiFT's script has too. That one registers
 * a group {@code sub_block1} that it never runs: this network is without, and reading skips those tensors.
 */
final class WideResNet {
    private static final int STEM_CHANNELS = 16;
    private static final int GROUPS = 3;
    private static final Initialization TRADES =
            new Initialization(Start.HE_BY_OUTPUTS, Start.ZERO, Start.UNIFORM_BY_INPUTS, Start.ZERO);

    private WideResNet() {}

    static Body of(NetworkSpec spec) {
        List<Segment> segments = new ArrayList<>();
        segments.add(new Segment("stem", Convolution.of("conv1", 3, STEM_CHANNELS, 3, 1)));
        int inputs = STEM_CHANNELS;
        for (int group = 1; group <= GROUPS; group++) {
            int outputs = spec.width() << (group - 1);
            for (int block = 0; block < (spec.depth() - 4) / 6; block++) {
                String name = "block" + group + ".layer." + block;
                segments.add(new Segment(name, block(name, inputs, outputs, group > 1 && block == 0 ? 2 : 1)));
                inputs = outputs;
            }
        }
        segments.add(new Segment(
                "fc",
                Chain.of(
                        BatchNormalization.of("bn1", inputs),
                        Pointwise.RELU,
                        Pooling.GLOBAL_MEAN,
                        new FullyConnected("fc", inputs, spec.classes()))));
        return new Body(segments, TRADES);
    }

    /** x ↦ body(x) + x, or y ↦ body(y) + shortcut(y) of y = ReLU(norm(x)) where the number of channels changes. */
    private static Layer block(String name, int inputs, int outputs, int stride) {
        Layer first = BatchNormalization.of(name + ".bn1", inputs);
        Layer body = Chain.of(
                NormalizedConvolution.of(Convolution.of(name + ".conv1", inputs, outputs, 3, stride), name + ".bn2"),
                Pointwise.RELU,
                Convolution.of(name + ".conv2", outputs, outputs, 3, 1));
        if (inputs == outputs) {
            return Residual.of(Chain.of(first, Pointwise.RELU, body));
        }
        Layer shortcut = Convolution.of(name + ".convShortcut", inputs, outputs, 1, stride);
        return Chain.of(first, Pointwise.RELU, new Residual(body, List.of(shortcut)));
    }
}
