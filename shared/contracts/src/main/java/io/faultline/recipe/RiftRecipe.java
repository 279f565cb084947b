package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * Robust critical fine-tuning (RiFT, Zhu et al., ICCV 2023).
 *
 * @param criticality how the robust criticality of modules is measured
 * @param choice which modules are fine-tuned
 * @param fineTuning how they are trained on clean images
 * @param interpolation how far the way towards the result is gone
 * @param chosenOn the split that epoch and α are chosen on: held-out where none is given; the test split, as in the authors'
 *     script, marks the result
 * @param testRestarts random starts of the evaluation attack on the test split, of which the worst counts; 3 where none is given
 *     (Sec. 5.1)
 * @param evaluation what else is measured on the test split, before and after; null for nothing
 */
public record RiftRecipe(
        CriticalityRecipe criticality,
        ModuleChoiceRecipe choice,
        FineTuningRecipe fineTuning,
        InterpolationRecipe interpolation,
        Split chosenOn,
        Integer testRestarts,
        EvaluationRecipe evaluation) {
    /** Everything at its default. */
    public static final RiftRecipe USUAL = new RiftRecipe(null, null, null, null, null, null, null);

    public RiftRecipe {
        criticality = orElse(criticality, CriticalityRecipe.USUAL);
        choice = orElse(choice, ModuleChoiceRecipe.LOWEST);
        fineTuning = orElse(fineTuning, FineTuningRecipe.USUAL);
        interpolation = orElse(interpolation, InterpolationRecipe.USUAL);
        chosenOn = orElse(chosenOn, Split.HELD_OUT);
        if (chosenOn == Split.TRAINING) {
            throw new InvalidRecipeException(
                    "chosenOn", "training", "held-out, or test, which marks the result as flattered by the choice");
        }
        testRestarts = between("testRestarts", orElse(testRestarts, 3), 1, 1_000);
        if (choice.rule() == ModuleRule.NONE && fineTuning.batchNorm() == BatchNormStatistics.FROZEN) {
            throw new InvalidRecipeException(
                    "choice.rule", "none", "none only with fineTuning.batchNorm \"moving\"; else nothing would change");
        }
        if (evaluation != null && evaluation.certification() != null) {
            throw new InvalidRecipeException(
                    "evaluation.certification", "given", "autoAttack and corruptions; certify in training.evaluation");
        }
    }
}
