package io.faultline.recipe;

import java.util.List;

/**
 * The first layer of every network: (pixel − mean) / deviation per channel, so that attacks work on pixels in [0, 1].
 *
 * @param mean of R, G and B, in [0, 1]
 * @param deviation of R, G and B, above zero
 */
public record Normalization(List<Double> mean, List<Double> deviation) {
    /** Leaves pixels as they are, as the CUDA script does. */
    public static final Normalization NONE = new Normalization(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    /** CIFAR-10's statistics as RiFT's script has them. */
    public static final Normalization CIFAR10 =
            new Normalization(List.of(0.4914, 0.4822, 0.4465), List.of(0.2471, 0.2435, 0.2616));

    private static final String MEANS = "three numbers from 0 to 1";
    private static final String DEVIATIONS = "three numbers above 0 and at most 1";

    public Normalization {
        mean = Bounds.whole("mean", Bounds.required("mean", mean, MEANS), MEANS);
        deviation = Bounds.whole("deviation", Bounds.required("deviation", deviation, DEVIATIONS), DEVIATIONS);
        if (mean.size() != 3 || mean.stream().anyMatch(m -> !(m >= 0 && m <= 1))) {
            throw new InvalidRecipeException("mean", mean, MEANS);
        }
        if (deviation.size() != 3 || deviation.stream().anyMatch(d -> !(d > 0 && d <= 1))) {
            throw new InvalidRecipeException("deviation", deviation, DEVIATIONS);
        }
    }
}
