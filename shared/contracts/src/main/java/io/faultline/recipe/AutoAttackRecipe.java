package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * AutoAttack, standard version (Croce and Hein, ICML 2020): APGD on cross-entropy, targeted APGD, targeted FAB and Square, each on
 * what the ones before left robust.
 *
 * @param threatModel L∞ where none is given
 * @param epsilon radius of the ball; 8/255 for L∞ and 1/2 for L2 where none is given
 * @param images how many test images at most, drawn stratified; null for all of them
 * @param iterations of APGD and FAB; 100 where none is given
 * @param queries of Square; 5,000 where none is given
 */
public record AutoAttackRecipe(
        ThreatModel threatModel, Ratio epsilon, Integer images, Integer iterations, Integer queries) {
    public AutoAttackRecipe {
        threatModel = orElse(threatModel, ThreatModel.LINF);
        epsilon = orElse(epsilon, threatModel == ThreatModel.LINF ? Ratio.of(8, 255) : Ratio.of(1, 2));
        AttackRecipe.radius("epsilon", threatModel, epsilon);
        if (images != null) {
            between("images", images, 1, 10_000_000);
        }
        iterations = between("iterations", orElse(iterations, 100), 1, 10_000);
        queries = between("queries", orElse(queries, 5_000), 1, 1_000_000);
    }
}
