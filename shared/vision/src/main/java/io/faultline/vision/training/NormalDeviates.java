package io.faultline.vision.training;

import io.faultline.recipe.Seed;
import java.util.SplittableRandom;

/**
 * Standard normal numbers: same seed, same bits, on every Java version and machine.
 *
 * @implNote Marsaglia's polar method over {@link StrictMath}; what {@code nextGaussian} computes is not laid down
 */
final class NormalDeviates {
    private final SplittableRandom random;
    private double spare;
    private boolean hasSpare;

    NormalDeviates(Seed seed) {
        random = seed.generator();
    }

    double next() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        double u;
        double v;
        double square;
        do {
            u = 2 * random.nextDouble() - 1;
            v = 2 * random.nextDouble() - 1;
            square = u * u + v * v;
        } while (square >= 1 || square == 0);
        double factor = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
        spare = v * factor;
        hasSpare = true;
        return u * factor;
    }
}
