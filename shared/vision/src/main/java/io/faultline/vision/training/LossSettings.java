package io.faultline.vision.training;

import io.faultline.recipe.LossRecipe;
import io.faultline.recipe.TrainingRecipe;

/**
 * The loss of a training: a risk and what is added to it.
 *
 * @param labelSmoothing α of PyTorch's {@code label_smoothing}, from 0 to below 1: in each term that compares with labels
 * @param orthogonality weight of {@link Orthogonality}, 0 for none
 */
public record LossSettings(
        Risk risk, double labelSmoothing, double orthogonality, WeightPerturbation weightPerturbation) {
    public LossSettings {
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("label smoothing is " + labelSmoothing + "; allowed: 0 to below 1");
        }
        if (!(orthogonality >= 0 && orthogonality < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("orthogonality is " + orthogonality + "; allowed: 0 or more");
        }
    }

    /** The loss of a recipe. */
    static LossSettings of(TrainingRecipe recipe) {
        LossRecipe loss = recipe.loss();
        return new LossSettings(
                Risk.of(recipe),
                loss.labelSmoothing(),
                loss.orthogonality(),
                loss.weightPerturbation() == null
                        ? WeightPerturbation.NONE
                        : new WeightPerturbation(
                                loss.weightPerturbation().radius(),
                                loss.weightPerturbation().warmupEpochs()));
    }

    /** The risk alone. */
    public static LossSettings of(Risk risk) {
        return new LossSettings(risk, 0, 0, WeightPerturbation.NONE);
    }
}
