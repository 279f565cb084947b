package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient descent as PyTorch defines it.
 *
 * @param learningRate 0.1 where none is given
 * @param momentum 0.9 where none is given
 * @param weightDecay 5e-4 where none is given
 * @param clipNorm largest global norm of the gradients; null for no limit
 * @param nesterov whether the step looks ahead by the momentum; false where nothing is given
 */
public record SgdRecipe(Double learningRate, Double momentum, Double weightDecay, Double clipNorm, Boolean nesterov) {
    @JsonCreator
    public SgdRecipe(
            @JsonProperty("learningRate") Double learningRate,
            @JsonProperty("momentum") Double momentum,
            @JsonProperty("weightDecay") Double weightDecay,
            @JsonProperty("clipNorm") Double clipNorm,
            @JsonProperty("nesterov") Boolean nesterov) {
        this.learningRate = between("learningRate", orElse(learningRate, 0.1), 0, 100);
        this.momentum = between("momentum", orElse(momentum, 0.9), 0, 1);
        this.weightDecay = between("weightDecay", orElse(weightDecay, 5e-4), 0, 1);
        clipNorm(clipNorm);
        this.clipNorm = clipNorm;
        this.nesterov = orElse(nesterov, Boolean.FALSE);
        if (this.nesterov && this.momentum == 0) {
            throw new InvalidRecipeException("nesterov", "true without momentum", "a momentum above zero beside it");
        }
    }

    /** Without looking ahead. */
    public SgdRecipe(Double learningRate, Double momentum, Double weightDecay, Double clipNorm) {
        this(learningRate, momentum, weightDecay, clipNorm, null);
    }

    static void clipNorm(Double clipNorm) {
        if (clipNorm != null && !(clipNorm > 0)) {
            throw new InvalidRecipeException("clipNorm", clipNorm, "a number above zero, or nothing for no limit");
        }
    }
}
