package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * What an objective's loss is made of, beside the attack. What does not belong to the objective is refused.
 *
 * @param beta weight of the second term of TRADES (6 where none is given), MART (5) and SCORE (6)
 * @param labelSmoothing share of a label's weight that goes to all classes alike; 0 where none is given
 * @param orthogonality weight of ‖WWᵀ − I‖² over all layers (Bansal et al., NeurIPS 2018); 0 where none is given
 * @param weightPerturbation null for none
 * @param deconvolution the attack of DAT; its usual values where none is given
 */
public record LossRecipe(
        Double beta,
        Double labelSmoothing,
        Double orthogonality,
        WeightPerturbationRecipe weightPerturbation,
        DeconvolutionRecipe deconvolution) {
    private static final double LARGEST_BETA = 1_000;
    private static final double LARGEST_SMOOTHING = 0.99;

    public LossRecipe {
        if (beta != null) {
            between("beta", beta, 0, LARGEST_BETA);
        }
        labelSmoothing = between("labelSmoothing", orElse(labelSmoothing, 0.0), 0, LARGEST_SMOOTHING);
        orthogonality = between("orthogonality", orElse(orthogonality, 0.0), 0, 1_000);
    }

    /** This loss with the objective's own values where none are given. */
    LossRecipe of(Objective objective) {
        Double usual =
                switch (objective) {
                    case TRADES -> 6.0;
                    case MART -> 5.0;
                    case SCORE -> 6.0;
                    default -> null;
                };
        if (usual == null && beta != null) {
            throw new InvalidRecipeException("loss.beta", beta, "nothing, unless objective is trades, mart or score");
        }
        if (!objective.robust() && weightPerturbation != null) {
            throw new InvalidRecipeException(
                    "loss.weightPerturbation", "given for " + objective.wireName(), "at, trades, mart or score");
        }
        if (objective != Objective.DECONVOLUTION && deconvolution != null) {
            throw new InvalidRecipeException("loss.deconvolution", "given for " + objective.wireName(), "dat");
        }
        return new LossRecipe(
                orElse(beta, usual),
                labelSmoothing,
                orthogonality,
                weightPerturbation,
                objective == Objective.DECONVOLUTION
                        ? orElse(deconvolution, new DeconvolutionRecipe(null, null, null, null, null))
                        : null);
    }
}
