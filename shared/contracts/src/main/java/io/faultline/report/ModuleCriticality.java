package io.faultline.report;

import io.faultline.recipe.ModulePath;
import java.util.List;

/**
 * Module robust criticality of one module (Zhu et al., ICCV 2023, Def. 3.1).
 *
 * @param parameters elements of the module's weight
 * @param mrc largest rise of the mean loss on the fixed adversarial examples; below 0 only if the procedure does not count the start
 * @param robustAccuracyDrop percentage points of accuracy on those examples lost at the round of the largest loss
 * @param lossRounds mean loss before the ascent and after each round
 */
public record ModuleCriticality(
        ModulePath module, long parameters, double mrc, double robustAccuracyDrop, List<Double> lossRounds) {
    public ModuleCriticality {
        lossRounds = List.copyOf(lossRounds);
    }
}
