package io.faultline.measurement;

import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.EvaluationRecipe;
import io.faultline.recipe.Seed;

/**
 * What a network is measured by.
 *
 * @param images the test split
 * @param attack null where robust accuracy is not asked for
 * @param evaluation what else; {@link #NOTHING_ELSE} for nothing
 * @param seed of the attacks' starts and of all else that is drawn
 */
public record TestPlan(LabeledImages images, int classes, AttackRecipe attack, EvaluationRecipe evaluation, Seed seed) {
    public static final EvaluationRecipe NOTHING_ELSE = new EvaluationRecipe(null, null, null);
}
