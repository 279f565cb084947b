package io.faultline.vision.network;

import io.faultline.vision.network.Initialization.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * EfficientNetV2-S (Tan and Le, ICML 2021), with torchvision's names and strides for all image sizes: three stages of fused blocks,
 * three of blocks with depthwise convolution and squeeze and excitation. All channels are in proportion to those of the stem, w, which
 * are 24 in the paper. Its dropout and stochastic depth are left out.
 */
final class EfficientNetV2 {
    private static final int STEM_CHANNELS = 24;
    private static final int LAST_CHANNELS = 1280;
    /** Channels of a block's input, by those that squeeze and excitation works with. */
    private static final int SQUEEZE = 4;
    /** Of this network's batch norms, torchvision's. */
    private static final float EPSILON = 1e-3f;
    /** torchvision's. */
    private static final Initialization TORCHVISION =
            new Initialization(Start.HE_BY_OUTPUTS, Start.ZERO, Start.UNIFORM_BY_OUTPUTS, Start.ZERO);

    /** Blocks of as many channels; the first has the stride. */
    private record Stage(boolean fused, int expansion, int stride, int channels, int blocks) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(true, 1, 1, 24, 2),
            new Stage(true, 4, 2, 48, 4),
            new Stage(true, 4, 2, 64, 4),
            new Stage(false, 4, 2, 128, 6),
            new Stage(false, 6, 1, 160, 9),
            new Stage(false, 6, 2, 256, 15));

    private final NetworkSpec spec;

    private EfficientNetV2(NetworkSpec spec) {
        this.spec = spec;
    }

    static Body of(NetworkSpec spec) {
        return new Body(new EfficientNetV2(spec).segments(), TORCHVISION);
    }

    private List<Segment> segments() {
        int inputs = scaled(STEM_CHANNELS);
        List<Segment> segments = new ArrayList<>();
        segments.add(new Segment("features.0", unit("features.0", Convolution.of("features.0.0", 3, inputs, 3, 2))));
        for (int stage = 0; stage < STAGES.size(); stage++) {
            Stage blocks = STAGES.get(stage);
            int outputs = scaled(blocks.channels());
            for (int i = 0; i < blocks.blocks(); i++) {
                String name = "features." + (stage + 1) + "." + i;
                segments.add(new Segment(name, block(name, blocks, inputs, outputs, i == 0 ? blocks.stride() : 1)));
                inputs = outputs;
            }
        }
        String last = "features." + (STAGES.size() + 1);
        int features = scaled(LAST_CHANNELS);
        segments.add(new Segment(
                "classifier.1",
                Chain.of(
                        unit(last, Convolution.of(last + ".0", inputs, features, 1, 1)),
                        Pooling.GLOBAL_MEAN,
                        new FullyConnected("classifier.1", features, spec.classes()))));
        return segments;
    }

    private int scaled(int channels) {
        return Math.max(1, Math.round((float) channels * spec.width() / STEM_CHANNELS));
    }

    private static Layer normalized(String name, Convolution convolution) {
        return new NormalizedConvolution(
                convolution, new BatchNormalization(name + ".1", convolution.outputs(), EPSILON));
    }

    /** A convolution, its norm and SiLU, as torchvision numbers them. */
    private static Layer unit(String name, Convolution convolution) {
        return Chain.of(normalized(name, convolution), Pointwise.SILU);
    }

    /** Has a shortcut wherever image and channels stay. */
    private static Layer block(String name, Stage stage, int inputs, int outputs, int stride) {
        Layer body = stage.fused()
                ? fused(name + ".block.", stage.expansion(), inputs, outputs, stride)
                : separable(name + ".block.", stage.expansion(), inputs, outputs, stride);
        return stride == 1 && inputs == outputs ? Residual.of(body) : body;
    }

    /** One 3×3 convolution that widens, and one 1×1 that narrows; a single one where nothing is widened. */
    private static Layer fused(String name, int expansion, int inputs, int outputs, int stride) {
        int within = inputs * expansion;
        if (expansion == 1) {
            return unit(name + "0", Convolution.of(name + "0.0", inputs, outputs, 3, stride));
        }
        return Chain.of(
                unit(name + "0", Convolution.of(name + "0.0", inputs, within, 3, stride)),
                normalized(name + "1", Convolution.of(name + "1.0", within, outputs, 1, 1)));
    }

    private static Layer separable(String name, int expansion, int inputs, int outputs, int stride) {
        int within = inputs * expansion;
        return Chain.of(
                unit(name + "0", Convolution.of(name + "0.0", inputs, within, 1, 1)),
                unit(name + "1", Convolution.depthwise(name + "1.0", within, 3, stride)),
                SqueezeExcitation.of(name + "2", within, Math.max(1, inputs / SQUEEZE)),
                normalized(name + "3", Convolution.of(name + "3.0", within, outputs, 1, 1)));
    }
}
