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
        return () -> NormalQuantile.uniform(random);
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
