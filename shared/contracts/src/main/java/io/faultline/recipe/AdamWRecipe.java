package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * AdamW as PyTorch defines it (Loshchilov and Hutter, ICLR 2019): weight decay apart from the gradient.
 *
 * @param learningRate 0.001 where none is given
 * @param beta1 share of the gradients' mean that is kept; 0.9 where none is given
 * @param beta2 share of their squares' mean that is kept; 0.999 where none is given
 * @param epsilon added to the denominator; 1e-8 where none is given
 * @param weightDecay 0.01 where none is given
 * @param clipNorm largest global norm of the gradients; null for no limit
 */
public record AdamWRecipe(
        Double learningRate, Double beta1, Double beta2, Double epsilon, Double weightDecay, Double clipNorm) {
    // the mean of nothing but the past would never move
    private static final double LARGEST_BETA = 0.999999;

    public AdamWRecipe {
        learningRate = between("learningRate", orElse(learningRate, 0.001), 0, 100);
        beta1 = between("beta1", orElse(beta1, 0.9), 0, LARGEST_BETA);
        beta2 = between("beta2", orElse(beta2, 0.999), 0, LARGEST_BETA);
        epsilon = between("epsilon", orElse(epsilon, 1e-8), 1e-30, 1);
        weightDecay = between("weightDecay", orElse(weightDecay, 0.01), 0, 1);
        SgdRecipe.clipNorm(clipNorm);
    }
}
