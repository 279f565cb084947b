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
    RESNET50("resnet50", 64, Depth.NONE);

    private static final int LARGEST_WIDTH = 1024;

    /** The depths that a family has. */
    private record Depth(int own, int least, int most, int step) {
        static final Depth NONE = new Depth(0, 0, 0, 1);

        boolean has(int depth) {
            return depth >= least && depth <= most && (depth - least) % step == 0;
        }

        String allowed() {
            return "a whole number from " + least + " to " + most + (step == 1 ? "" : " in steps of " + step);
        }
    }

    private final String wireName;
    private final int defaultWidth;
    private final Depth depth;

    Architecture(String wireName, int defaultWidth, Depth depth) {
        this.wireName = wireName;
        this.defaultWidth = defaultWidth;
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
        return Bounds.between("width", asked == null ? defaultWidth : asked, 1, LARGEST_WIDTH);
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
