package io.faultline.vision.batch;

import java.util.SplittableRandom;

/**
 * Random numbers of other distributions than the uniform one, the same on every Java version and platform. Not thread-safe.
 *
 * @implNote {@code SplittableRandom.nextGaussian} gives other numbers on Java 17 than on Java 25
 */
final class Deviates {
    private final SplittableRandom random;
    private double spare = Double.NaN;

    Deviates(SplittableRandom random) {
        this.random = random;
    }

    /** N(0, 1), by Marsaglia's polar method. */
    double normal() {
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
        double scale = Math.sqrt(-2 * StrictMath.log(square) / square);
        spare = y * scale;
        return x * scale;
    }

    /**
     * Beta(α, α) as X / (X + Y) of two Gamma(α) numbers, whose logarithms are kept, so that a small α does not divide 0 by 0.
     *
     * @param alpha above 0
     */
    double beta(double alpha) {
        double x = logGamma(alpha);
        double y = logGamma(alpha);
        return 1 / (1 + StrictMath.exp(y - x));
    }

    /**
     * The logarithm of a Gamma(shape, 1) number (Marsaglia and Tsang, ACM TOMS 26, 2000). Below 1: that of Gamma(shape + 1) times
     * U^(1/shape), as the same paper says.
     */
    private double logGamma(double shape) {
        if (shape < 1) {
            return logGamma(shape + 1) + StrictMath.log(1 - random.nextDouble()) / shape;
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = normal();
            double root = 1 + c * x;
            if (root > 0) {
                double v = root * root * root;
                double logV = StrictMath.log(v);
                if (StrictMath.log(1 - random.nextDouble()) < 0.5 * x * x + d * (1 - v + logV)) {
                    return StrictMath.log(d) + logV;
                }
            }
        }
    }
}
