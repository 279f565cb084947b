package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How far the way from the trained to the fine-tuned weights is gone, θ_α = (1 − α) θ_AT + α θ_FT (Zhu et al., ICCV 2023,
 * Eq. 9).
 *
 * @param alphas first grid, ascending, from 0; 0, 0.1, …, 1 where none is given
 * @param refinements how often the grid is made finer around the best α so far, each time by the two middles between it and its
 *     neighbours; 2 where none is given
 * @param tolerance largest fall of robust accuracy, in percentage points; 0.1 where none is given
 * @param alpha a place taken without choice, 1 for the fine-tuned weights themselves; null for a choice on the grid
 */
public record InterpolationRecipe(List<Double> alphas, Integer refinements, Double tolerance, Double alpha) {
    private static final int LARGEST_GRID = 1001;
    private static final String GRID =
            "at most " + LARGEST_GRID + " ascending numbers from 0 to 1, the first of them 0";

    /** Everything at its default. */
    public static final InterpolationRecipe USUAL = new InterpolationRecipe(null, null, null, null);

    public InterpolationRecipe {
        alphas = alphas == null
                ? IntStream.rangeClosed(0, 10).mapToObj(i -> i / 10.0).toList()
                : Bounds.whole("alphas", alphas, GRID);
        List<Double> grid = alphas;
        boolean ascending = IntStream.range(1, grid.size()).allMatch(i -> grid.get(i) > grid.get(i - 1));
        if (alphas.isEmpty()
                || alphas.size() > LARGEST_GRID
                || alphas.get(0) != 0
                || !ascending
                || !(alphas.get(alphas.size() - 1) <= 1)) {
            throw new InvalidRecipeException("alphas", alphas, GRID);
        }
        refinements = between("refinements", orElse(refinements, 2), 0, 10);
        tolerance = between("tolerance", orElse(tolerance, 0.1), 0, 100);
        if (alpha != null) {
            between("alpha", alpha, 0, 1);
        }
    }
}
