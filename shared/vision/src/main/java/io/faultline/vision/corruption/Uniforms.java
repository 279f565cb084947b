package io.faultline.vision.corruption;

import io.faultline.recipe.Seed;
import io.faultline.vision.NormalQuantile;
import java.util.SplittableRandom;

/** Uniform numbers, and what is made of one each. */
@FunctionalInterface
interface Uniforms {
    /** A stream of its own. */
    static Uniforms of(Seed seed) {
        SplittableRandom random = seed.generator();
        // the middles of 2⁵² equal parts: neither 0 nor 1, whose normal quantiles are infinite
        return () -> ((random.nextLong() >>> 12) + 0.5) * 0x1.0p-52;
    }

    /** The next one, above 0 and below 1. */
    double next();

    default double between(double least, double most) {
        return least + (most - least) * next();
    }

    /** A whole number from the first to below the second. */
    default int whole(int least, int bound) {
        return least + (int) (next() * (bound - least));
    }

    default double normal(double mean, double deviation) {
        return mean + deviation * NormalQuantile.of(next());
    }
}
