package io.faultline.measurement;

import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.EvaluationRecipe;
import io.faultline.recipe.Seed;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a network is measured by.
 *
 * @param images the test split
 * @param classes their names, by label
 * @param preparation what the test images went through, which others that are measured go through too
 * @param attack null where robust accuracy is not asked for
 * @param evaluation what else; {@link #NOTHING_ELSE} for nothing
 * @param seed of the attacks' starts and of all else that is drawn
 */
public record TestPlan(
        LabeledImages images,
        List<String> classes,
        UnaryOperator<LabeledImages> preparation,
        AttackRecipe attack,
        EvaluationRecipe evaluation,
        Seed seed) {
    public static final EvaluationRecipe NOTHING_ELSE = new EvaluationRecipe(null, null, null);

    public TestPlan {
        classes = List.copyOf(classes);
    }
}
