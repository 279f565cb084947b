package io.faultline.vision.network;

import io.faultline.vision.network.Initialization.Start;
import java.util.ArrayList;
import java.util.List;

/**
 * DeiT (Touvron et al., ICML 2021), which is ViT (Dosovitskiy et al., ICLR 2021) of width w: patches and a class token with learned
 * positions, blocks of self-attention and a perceptron of 4w, each after its norm and with a shortcut, then the class token's norm and a
 * linear layer. Names are timm's ({@code blocks.0.attn.qkv}); there is no distillation token. Its stochastic depth is left out.
 *
 * <p>Large images are cut into patches of 16×16, as in the paper; small ones into 8 by 8 patches (4×4 pixels at 32, timm's
 * {@code img_size=32, patch_size=4}).
 */
final class VisionTransformer {
    private static final int LARGE_PATCH = 16;
    private static final int SMALL_GRID = 8;
    private static final int HIDDEN_FACTOR = 4;
    /** DeiT's; the patches' convolution starts as PyTorch's do. */
    private static final Initialization DEIT =
            new Initialization(Start.UNIFORM_BY_INPUTS, Start.UNIFORM_BY_INPUTS, Start.NORMAL_ONE_FIFTIETH, Start.ZERO);

    private VisionTransformer() {}

    static Body of(NetworkSpec spec) {
        int width = spec.width();
        int heads = heads(spec);
        List<Segment> segments = new ArrayList<>();
        segments.add(new Segment("patch_embed", PatchEmbedding.of(spec.imageSize(), patch(spec), width)));
        for (int i = 0; i < spec.depth(); i++) {
            String name = "blocks." + i;
            segments.add(new Segment(name, block(name, width, heads)));
        }
        segments.add(new Segment(
                "head",
                Chain.of(
                        new ClassToken(),
                        new LayerNormalization("norm", width),
                        new FullyConnected("head", width, spec.classes()))));
        return new Body(segments, DEIT);
    }

    /** Architecture allows multiples of these as widths. */
    private static int heads(NetworkSpec spec) {
        return switch (spec.architecture()) {
            case DEIT_TINY -> 3;
            case DEIT_SMALL -> 6;
            default -> throw new IllegalArgumentException(spec.architecture() + " is no transformer");
        };
    }

    /** Height and width of a patch, in pixels. */
    private static int patch(NetworkSpec spec) {
        int size = spec.imageSize();
        int divisor = spec.hasLargeImages() ? LARGE_PATCH : SMALL_GRID;
        if (size % divisor != 0) {
            throw new IllegalArgumentException("imageSize is " + size + "; "
                    + spec.architecture().wireName() + " takes a multiple of " + divisor + ", such as 32, 64 or 224");
        }
        return spec.hasLargeImages() ? LARGE_PATCH : size / SMALL_GRID;
    }

    private static Layer block(String name, int width, int heads) {
        int hidden = HIDDEN_FACTOR * width;
        return Chain.of(
                Residual.of(Chain.of(
                        new LayerNormalization(name + ".norm1", width),
                        SelfAttention.of(name + ".attn", width, heads))),
                Residual.of(Chain.of(
                        new LayerNormalization(name + ".norm2", width),
                        new FullyConnected(name + ".mlp.fc1", width, hidden),
                        Pointwise.GELU,
                        new FullyConnected(name + ".mlp.fc2", hidden, width))));
    }
}
