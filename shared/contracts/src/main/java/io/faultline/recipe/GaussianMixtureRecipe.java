package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.whole;

import java.util.List;

/**
 * CUDA's theory on two Gaussian classes (Sadasivan et al., CVPR 2023, Sec. 4): accuracy of the Bayes classifier of the
 * filtered mixture on clean data, and its bounds, over a grid of filters (a₋₁, a₁).
 *
 * @param dimension d of the data; 10 where none is given (the paper names none, and the effect hangs on it)
 * @param norms ‖μ‖ of the class mean, each above 0; the paper's 1, 2.5 and 5 where none are given
 * @param direction of the mean; all entries equal where none is given
 * @param points per axis of the grid; 25 where none are given
 * @param largestBlur end of both axes, below 0.5; 0.48 where none is given
 * @param draws per point, by which the exact accuracy is checked; 20,000 where none are given
 */
public record GaussianMixtureRecipe(
        Integer dimension,
        List<Double> norms,
        MixtureDirection direction,
        Integer points,
        Double largestBlur,
        Integer draws) {
    private static final int LARGEST_DIMENSION = 4096;
    private static final List<Double> NORMS_OF_THE_PAPER = List.of(1.0, 2.5, 5.0);

    public GaussianMixtureRecipe {
        dimension = between("dimension", orElse(dimension, 10), 1, LARGEST_DIMENSION);
        norms = whole("norms", orElse(norms, NORMS_OF_THE_PAPER), "one to ten numbers above 0, up to 100");
        if (norms.isEmpty() || norms.size() > 10 || !norms.stream().allMatch(norm -> norm > 0 && norm <= 100)) {
            throw new InvalidRecipeException("norms", norms, "one to ten numbers above 0, up to 100");
        }
        direction = orElse(direction, MixtureDirection.ALL_ONES);
        points = between("points", orElse(points, 25), 2, 101);
        largestBlur = between("largestBlur", orElse(largestBlur, 0.48), 0.01, 0.499);
        draws = between("draws", orElse(draws, 20_000), 100, 10_000_000);
    }
}
