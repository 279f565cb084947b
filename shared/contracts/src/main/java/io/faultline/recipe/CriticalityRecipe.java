package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * Module robust criticality (Zhu et al., ICCV 2023, Def. 3.1 and Algorithm 1): how much the loss on fixed adversarial
 * examples can rise when one module's weights move inside a relative ball.
 *
 * @param radius ε: ‖Δθ‖₂ ≤ ε‖θ‖₂; 0.1 where none is given
 * @param rounds passes of gradient ascent over the examples; 10 where none is given
 * @param ascentRate learning rate of the ascent; 1 where none is given (the authors' script)
 * @param batchSize of the ascent; 128 where none is given
 * @param split where the examples come from; the held-out split where none is given
 * @param examples how many at most, drawn stratified; null for the whole split
 * @param attack what makes the examples; the training's evaluation attack where none is given
 */
public record CriticalityRecipe(
        Double radius,
        Integer rounds,
        Double ascentRate,
        Integer batchSize,
        Split split,
        Integer examples,
        AttackRecipe attack) {
    public CriticalityRecipe {
        radius = between("radius", orElse(radius, 0.1), 1e-6, 10);
        rounds = between("rounds", orElse(rounds, 10), 1, 1000);
        ascentRate = between("ascentRate", orElse(ascentRate, 1.0), 1e-9, 1e6);
        batchSize = between("batchSize", orElse(batchSize, 128), 1, 65_536);
        split = orElse(split, Split.HELD_OUT);
        if (split == Split.TEST) {
            throw new InvalidRecipeException(
                    "split",
                    "test",
                    "training or held-out; a module chosen on the test split would flatter the result");
        }
        if (examples != null) {
            between("examples", examples, 1, 10_000_000);
        }
    }
}
