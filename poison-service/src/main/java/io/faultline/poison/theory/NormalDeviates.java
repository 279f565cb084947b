package io.faultline.poison.theory;

import io.faultline.recipe.Seed;
import java.util.SplittableRandom;
import org.hipparchus.util.FastMath;

/**
 * Independent N(0, 1) numbers and fair coins of a seed, the same on every Java version and platform. Not thread-safe.
 *
 * @implNote Marsaglia's polar method over {@code FastMath}, which is plain Java. {@code SplittableRandom.nextGaussian} is
 *     faster, and gave other numbers for one seed on Java 17 and on Java 25.
 */
final class NormalDeviates {
    private final SplittableRandom random;
    private double spare = Double.NaN;

    NormalDeviates(Seed seed) {
        this.random = seed.generator();
    }

    double next() {
        double kept = spare;
        if (!Double.isNaN(kept)) {
            spare = Double.NaN;
            return kept;
        }
        double x;
        double y;
        double square;
        do {
            x = 2 * random.nextDouble() - 1;
            y = 2 * random.nextDouble() - 1;
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        double scale = FastMath.sqrt(-2 * FastMath.log(square) / square);
        spare = y * scale;
        return x * scale;
    }

    boolean coin() {
        return random.nextLong() < 0;
    }
}
