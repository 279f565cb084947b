package io.faultline.vision.corruption;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Which published set's parameters are taken: a corruption must fit the size of what the images show. */
public enum CorruptionScale {
    /** CIFAR-10-C and CIFAR-100-C: 32 pixels. */
    CIFAR("cifar"),
    /** Tiny-ImageNet-C: 64 pixels. */
    TINY_IMAGENET("tiny-imagenet"),
    /** ImageNet-C: 224 pixels. */
    IMAGENET("imagenet");

    private static final int LARGEST_CIFAR = 48;
    private static final int LARGEST_TINY_IMAGENET = 128;

    private final String wireName;

    CorruptionScale(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException naming the allowed ones */
    public static CorruptionScale named(String wireName) {
        return Arrays.stream(values())
                .filter(scale -> scale.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("corruption parameters are of '" + wireName
                        + "'; allowed: "
                        + Arrays.stream(values()).map(CorruptionScale::wireName).collect(Collectors.joining(", "))));
    }

    /** The scale for images of this size, by their shorter side: up to 48, up to 128, beyond. */
    public static CorruptionScale of(int height, int width) {
        int side = Math.min(height, width);
        if (side <= LARGEST_CIFAR) {
            return CIFAR;
        }
        return side <= LARGEST_TINY_IMAGENET ? TINY_IMAGENET : IMAGENET;
    }

    /** The row for a severity out of this scale's table. */
    double[] row(int severity, double[][] cifar, double[][] tinyImageNet, double[][] imageNet) {
        double[][] table =
                switch (this) {
                    case CIFAR -> cifar;
                    case TINY_IMAGENET -> tinyImageNet;
                    case IMAGENET -> imageNet;
                };
        return table[severity - 1];
    }
}
