package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * Stochastic gradient descent as PyTorch defines it.
 *
 * @param learningRate 0.1 where none is given
 * @param momentum 0.9 where none is given
 * @param weightDecay 5e-4 where none is given
 * @param clipNorm largest global norm of the gradients; null for no limit
 */
public record SgdRecipe(Double learningRate, Double momentum, Double weightDecay, Double clipNorm) {
    public SgdRecipe {
        learningRate = between("learningRate", orElse(learningRate, 0.1), 0, 100);
        momentum = between("momentum", orElse(momentum, 0.9), 0, 1);
        weightDecay = between("weightDecay", orElse(weightDecay, 5e-4), 0, 1);
        if (clipNorm != null && !(clipNorm > 0)) {
            throw new InvalidRecipeException("clipNorm", clipNorm, "a number above zero, or nothing for no limit");
        }
    }
}
