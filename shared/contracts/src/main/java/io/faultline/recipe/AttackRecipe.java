package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.required;

/**
 * Projected gradient descent (Madry et al., ICLR 2018) on pixels in [0, 1].
 *
 * @param threatModel L∞ where none is given
 * @param epsilon radius of the ball; 8/255 where none is given
 * @param stepSize 2/255 where none is given for L∞, a fifth of the radius for L2
 * @param steps 10 where none is given; 0 leaves the random start
 * @param restarts random starts of which the worst counts; 1 where none is given
 * @param randomStart whether the first point is drawn from the ball; true where nothing is given
 */
public record AttackRecipe(
        ThreatModel threatModel, Ratio epsilon, Ratio stepSize, Integer steps, Integer restarts, Boolean randomStart) {
    /** PGD-10 in the L∞ ball of 8/255 with steps of 2/255: RiFT's evaluation (Zhu et al., ICCV 2023, Sec. 5.1). */
    public static final AttackRecipe PGD_10 = new AttackRecipe(null, null, null, null, null, null);

    private static final double LARGEST_L2_RADIUS = 100;

    public AttackRecipe {
        threatModel = orElse(threatModel, ThreatModel.LINF);
        epsilon = orElse(epsilon, Ratio.of(8, 255));
        radius("epsilon", threatModel, epsilon);
        if (stepSize == null) {
            stepSize = threatModel == ThreatModel.LINF
                    ? Ratio.of(2, 255)
                    : Ratio.of(epsilon.numerator(), Math.multiplyExact(5, epsilon.denominator()));
        }
        radius("stepSize", threatModel, stepSize);
        steps = between("steps", orElse(steps, 10), 0, 10_000);
        restarts = between("restarts", orElse(restarts, 1), 1, 1_000);
        randomStart = orElse(randomStart, Boolean.TRUE);
    }

    /** The same attack with another number of steps. */
    public AttackRecipe withSteps(int steps) {
        return new AttackRecipe(threatModel, epsilon, stepSize, steps, restarts, randomStart);
    }

    /** The same attack with another number of random starts. */
    public AttackRecipe withRestarts(int restarts) {
        return new AttackRecipe(threatModel, epsilon, stepSize, steps, restarts, randomStart);
    }

    static void radius(String field, ThreatModel threatModel, Ratio radius) {
        double most =
                switch (required("threatModel", threatModel, "linf or l2")) {
                    case LINF -> 1;
                    case L2 -> LARGEST_L2_RADIUS;
                };
        if (!(radius.value() >= 0 && radius.value() <= most)) {
            throw new InvalidRecipeException(
                    field,
                    radius,
                    "a fraction from 0 to " + (int) most + " of the pixel range [0, 1]; eight levels are \"8/255\"");
        }
    }
}
