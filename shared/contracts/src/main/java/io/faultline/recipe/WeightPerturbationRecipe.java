package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * Adversarial weight perturbation (Wu et al., NeurIPS 2020): each step's gradient is taken where the weights have moved to make the
 * loss worse.
 *
 * @param radius γ: how far a layer's weights move, as a share of their norm; 0.005 where none is given
 * @param warmupEpochs that are trained without; 0 where none is given
 */
public record WeightPerturbationRecipe(Double radius, Integer warmupEpochs) {
    public WeightPerturbationRecipe {
        radius = between("radius", orElse(radius, 0.005), 0, 1);
        warmupEpochs = between("warmupEpochs", orElse(warmupEpochs, 0), 0, 10_000);
    }
}
