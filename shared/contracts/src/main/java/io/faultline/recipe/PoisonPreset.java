package io.faultline.recipe;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The strength of CUDA's filters for a published data set, and where the two numbers come from.
 *
 * @param name of the data set, as {@code --preset} takes it
 * @param title for people
 * @param firstClasses for {@link UploadedDatasetRecipe#firstClasses}; null where the data set is taken whole
 * @param kernelSize k
 * @param blur p_b
 * @param source the paper and its section; or, where it gives no numbers, that they are ours, and why these
 */
public record PoisonPreset(
        String name, String title, Integer firstClasses, int kernelSize, double blur, String source) {
    private static final String PAPER = "CUDA (Sadasivan et al., CVPR 2023), Sec. 5.1";

    private static final List<PoisonPreset> ALL = List.of(
            new PoisonPreset("cifar-10", "CIFAR-10, 32×32", null, 3, 0.3, PAPER),
            new PoisonPreset("cifar-100", "CIFAR-100, 32×32", null, 3, 0.3, PAPER),
            new PoisonPreset("imagenet-100", "ImageNet's first 100 classes, 224×224", 100, 9, 0.06, PAPER),
            new PoisonPreset(
                    "tiny-imagenet",
                    "Tiny-ImageNet, 64×64",
                    null,
                    5,
                    0.15,
                    "Faultline's default, because the paper's main text gives none: between its values for 32×32 and for"
                            + " 224×224, both in the filter's width against the image's and in the weight beside the 1,"
                            + " (k² − 1)·p_b/2: 1.2, 1.8, 2.4"));

    /** All that there are, in the order in which they are offered. */
    public static List<PoisonPreset> all() {
        return ALL;
    }

    /** @throws IllegalArgumentException naming those that there are */
    public static PoisonPreset named(String name) {
        return ALL.stream()
                .filter(preset -> preset.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("preset is '" + name + "'; allowed: "
                        + ALL.stream().map(PoisonPreset::name).collect(Collectors.joining(", "))));
    }
}
