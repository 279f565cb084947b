package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * Module robust criticality (Zhu et al., ICCV 2023, Def. 3.1 and Algorithm 1): how much the loss on fixed adversarial
 * examples can rise when one module's weights move inside a relative ball.
 *
 * @param procedure how the maximum is sought; {@code maximum} where none is given
 * @param radius ε: ‖Δθ‖₂ ≤ ε‖θ‖₂; 0.1 where none is given
 * @param rounds passes of gradient ascent over the examples; 10 where none is given
 * @param ascentRate learning rate of the ascent; 1 where none is given (the authors' script)
 * @param batchSize of the ascent; 128 where none is given, 512 with the authors' procedure
 * @param split where the examples come from; the held-out split where none is given, with the authors' procedure the test
 *     split, which no other may take
 * @param examples how many at most, drawn stratified; null for the whole split
 * @param attack what makes the examples; the training's evaluation attack where none is given, PGD-10 with steps of 2/225 with
 *     the authors' procedure
 */
public record CriticalityRecipe(
        CriticalityProcedure procedure,
        Double radius,
        Integer rounds,
        Double ascentRate,
        Integer batchSize,
        Split split,
        Integer examples,
        AttackRecipe attack) {
    private static final int AUTHORS_BATCH = 512;
    private static final AttackRecipe AUTHORS_ATTACK =
            new AttackRecipe(ThreatModel.LINF, Ratio.of(8, 255), Ratio.of(2, 225), 10, 1, true);

    /** Everything at its default. */
    public static final CriticalityRecipe USUAL = new CriticalityRecipe(null, null, null, null, null, null, null, null);

    public CriticalityRecipe {
        procedure = orElse(procedure, CriticalityProcedure.MAXIMUM);
        boolean authors = procedure == CriticalityProcedure.AUTHORS;
        radius = between("radius", orElse(radius, 0.1), 1e-6, 10);
        rounds = between("rounds", orElse(rounds, 10), 1, 1000);
        ascentRate = between("ascentRate", orElse(ascentRate, 1.0), 1e-9, 1e6);
        batchSize = between("batchSize", orElse(batchSize, authors ? AUTHORS_BATCH : 128), 1, 65_536);
        split = orElse(split, authors ? Split.TEST : Split.HELD_OUT);
        if (split == Split.TEST && !authors) {
            throw new InvalidRecipeException(
                    "split",
                    "test",
                    "training or held-out, or procedure \"authors\" with it; a module chosen on the test split flatters the"
                            + " result");
        }
        if (examples != null) {
            between("examples", examples, 1, 10_000_000);
        }
        attack = attack == null && authors ? AUTHORS_ATTACK : attack;
    }
}
