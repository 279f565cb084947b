package io.faultline.vision.attack;

import io.faultline.recipe.Seed;
import java.util.SplittableRandom;

/**
 * Independent N(0, 1) numbers of a seed, the same on every Java version and platform. Not thread-safe.
 *
 * @implNote Marsaglia's polar method over {@code StrictMath}, whose bits are specified. {@code SplittableRandom.nextGaussian}
 *     gave other numbers for one seed on Java 17 and on Java 25.
 */
public final class NormalDeviates {
    private final SplittableRandom random;
    private double spare = Double.NaN;

    public NormalDeviates(Seed seed) {
        random = seed.generator();
    }

    public double next() {
        if (!Double.isNaN(spare)) {
            double kept = spare;
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
        double scale = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
        spare = y * scale;
        return x * scale;
    }
}
