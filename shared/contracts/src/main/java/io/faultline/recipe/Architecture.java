package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The networks that can be trained, under PyTorch's names. */
public enum Architecture {
    /** ResNet-18 (He et al., CVPR 2016); its width is the channels of the first stage. */
    RESNET18("resnet18", 64, Depth.NONE),
    /** ResNet-34 (He et al., CVPR 2016); its width is the channels of the first stage. */
    RESNET34("resnet34", 64, Depth.NONE),
    /** ResNet-50 (He et al., CVPR 2016); its width is the channels of the stem, a quarter of what the first stage puts out. */
    RESNET50("resnet50", 64, Depth.NONE),
    /** WRN-28-10 (Zagoruyko and Komodakis, BMVC 2016), pre-activation; its width is the channels of the first group, 16·10. */
    WRN28_10("wrn28-10", 160, Depth.wide(28)),
    /** WRN-34-10 (Zagoruyko and Komodakis, BMVC 2016), pre-activation; its width is the channels of the first group, 16·10. */
    WRN34_10("wrn34-10", 160, Depth.wide(34)),
    /** VGG-16 with batch norms (Simonyan and Zisserman, ICLR 2015), for 32 px and more; its width is the channels of the first stage. */
    VGG16_BN("vgg16-bn", 64, Depth.NONE),
    /** DenseNet-121 (Huang et al., CVPR 2017); its width is the growth rate. */
    DENSENET121("densenet121", 32, Depth.NONE),
    /** MobileNetV2 (Sandler et al., CVPR 2018); its width is the channels of the stem, in proportion to which all others are. */
    MOBILENET_V2("mobilenet-v2", 32, Depth.NONE),
    /** EfficientNetV2-S (Tan and Le, ICML 2021); its width is the channels of the stem, in proportion to which all others are. */
    EFFICIENTNET_V2_S("efficientnet-v2-s", 24, Depth.NONE),
    /** DeiT-Tiny (Touvron et al., ICML 2021); its width is the features of a token, a multiple of 3, its depth the blocks. */
    DEIT_TINY("deit-tiny", 192, 3, Depth.blocks(12)),
    /** DeiT-Small (Touvron et al., ICML 2021); its width is the features of a token, a multiple of 6, its depth the blocks. */
    DEIT_SMALL("deit-small", 384, 6, Depth.blocks(12));

    private static final int LARGEST_WIDTH = 1024;

    /** The depths that a family has. */
    private record Depth(int own, int least, int most, int step) {
        static final Depth NONE = new Depth(0, 0, 0, 1);

        /** Layers of a wide residual network: six for each block of its three groups and its shortcuts, and four. */
        static Depth wide(int own) {
            return new Depth(own, 10, 100, 6);
        }

        /** Blocks of a transformer. */
        static Depth blocks(int own) {
            return new Depth(own, 1, 48, 1);
        }

        boolean has(int depth) {
            return depth >= least && depth <= most && (depth - least) % step == 0;
        }

        String allowed() {
            return "a whole number from " + least + " to " + most + (step == 1 ? "" : " in steps of " + step);
        }
    }

    private final String wireName;
    private final int defaultWidth;
    private final int widthStep;
    private final Depth depth;

    Architecture(String wireName, int defaultWidth, Depth depth) {
        this(wireName, defaultWidth, 1, depth);
    }

    Architecture(String wireName, int defaultWidth, int widthStep, Depth depth) {
        this.wireName = wireName;
        this.defaultWidth = defaultWidth;
        this.widthStep = widthStep;
        this.depth = depth;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** The width of the papers' network; what it counts is said at each architecture. */
    public int defaultWidth() {
        return defaultWidth;
    }

    /** The depth of the papers' network; null for a family with no choice of depth. */
    public Integer defaultDepth() {
        return depth == Depth.NONE ? null : Integer.valueOf(depth.own());
    }

    /**
     * A width this architecture can have: the one that is asked for, or its own where that is null.
     *
     * @throws InvalidRecipeException if it cannot have it
     */
    public int width(Integer asked) {
        int width = Bounds.between("width", asked == null ? defaultWidth : asked, 1, LARGEST_WIDTH);
        if (width % widthStep != 0) {
            throw new InvalidRecipeException("width", width, "for " + wireName + " a multiple of " + widthStep);
        }
        return width;
    }

    /**
     * A depth this architecture can have: the one that is asked for, or its own where that is null.
     *
     * @return null for a family with no choice of depth
     * @throws InvalidRecipeException if it cannot have it
     */
    public Integer depth(Integer asked) {
        if (asked == null) {
            return defaultDepth();
        }
        if (depth == Depth.NONE) {
            throw new InvalidRecipeException("depth", asked, "none, since " + wireName + " has one depth only");
        }
        if (!depth.has(asked)) {
            throw new InvalidRecipeException("depth", asked, depth.allowed());
        }
        return asked;
    }

    @JsonCreator
    public static Architecture parse(String name) {
        return Bounds.oneOf("architecture", name, values(), Architecture::wireName);
    }
}
