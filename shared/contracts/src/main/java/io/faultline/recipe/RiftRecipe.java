package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Robust critical fine-tuning (RiFT, Zhu et al., ICCV 2023).
 *
 * @param criticality how the least critical module is found
 * @param fineTuning how that module is trained on clean images
 * @param alphas grid of the interpolation, ascending, from 0; 0, 0.1, …, 1 where none is given
 * @param tolerance largest fall of robust accuracy on the held-out split, in percentage points; 0.1 where none is given
 */
public record RiftRecipe(
        CriticalityRecipe criticality, FineTuningRecipe fineTuning, List<Double> alphas, Double tolerance) {
    private static final int LARGEST_GRID = 1001;
    private static final String GRID =
            "at most " + LARGEST_GRID + " ascending numbers from 0 to 1, the first of them 0";

    public RiftRecipe {
        criticality = orElse(criticality, new CriticalityRecipe(null, null, null, null, null, null, null));
        fineTuning = orElse(fineTuning, new FineTuningRecipe(null, null, null));
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
        tolerance = between("tolerance", orElse(tolerance, 0.1), 0, 100);
    }
}
