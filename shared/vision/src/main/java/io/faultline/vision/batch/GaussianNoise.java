package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import java.util.SplittableRandom;

/**
 * Adds N(0, σ²) to every number, independently: training for randomised smoothing (Cohen et al., ICML 2019, Sec. 3.3).
 * The result is not clipped, as it is not at certification either.
 *
 * @param sigma σ as a share of the pixel range, 0 or more
 */
record GaussianNoise(double sigma) implements ImageTransform {
    GaussianNoise {
        if (!(sigma >= 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sigma is " + sigma + "; expected a number from 0");
        }
    }

    @Override
    public void apply(Pixels pixels, Seed image) {
        apply(pixels, draw(pixels, image.derive("noise").generator()));
    }

    /** One number per value of the image, in its order; in the image's scratch memory. */
    private float[] draw(Pixels pixels, SplittableRandom random) {
        Deviates deviates = new Deviates(random);
        float[] noise = pixels.scratch(pixels.size());
        for (int i = 0; i < pixels.size(); i++) {
            noise[i] = (float) (sigma * deviates.normal());
        }
        return noise;
    }

    void apply(Pixels pixels, float[] noise) {
        float[] values = pixels.values();
        for (int i = 0; i < pixels.size(); i++) {
            values[i] += noise[i];
        }
    }
}
