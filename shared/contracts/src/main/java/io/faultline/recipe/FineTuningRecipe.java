package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * Training of chosen modules on clean images, the rest frozen (Zhu et al., ICCV 2023, Eq. 8); the rate falls to a tenth after
 * half of the epochs.
 *
 * @param epochs 10 where none is given
 * @param batchSize 128 where none is given
 * @param sgd rate 0.001, momentum 0.9 and decay 5e-4 where none is given
 * @param batchNorm frozen where none is given
 */
public record FineTuningRecipe(Integer epochs, Integer batchSize, SgdRecipe sgd, BatchNormStatistics batchNorm) {
    /** Everything at its default. */
    public static final FineTuningRecipe USUAL = new FineTuningRecipe(null, null, null, null);

    public FineTuningRecipe {
        epochs = between("epochs", orElse(epochs, 10), 1, 10_000);
        batchSize = between("batchSize", orElse(batchSize, 128), 2, 65_536);
        sgd = orElse(sgd, new SgdRecipe(0.001, null, null, null));
        batchNorm = orElse(batchNorm, BatchNormStatistics.FROZEN);
    }
}
