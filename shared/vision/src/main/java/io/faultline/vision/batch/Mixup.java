package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Mixup (Zhang et al., ICLR 2018, Sec. 2): x̃ = λ x_i + (1 − λ) x_j with one λ ~ Beta(α, α) for the batch and the partners
 * j a permutation of it, as in the authors' code; labels likewise.
 *
 * @param alpha α above 0; 1 in the paper for CIFAR-10
 */
record Mixup(double alpha) implements BatchMixing {
    Mixup {
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("alpha is " + alpha + "; expected a number above 0");
        }
    }

    @Override
    public Optional<Mixture> mix(float[] values, int images, int height, int width, Seed batch) {
        Mixture mixture = draw(images, batch.derive("mixup").generator());
        apply(values, mixture);
        return Optional.of(mixture);
    }

    Mixture draw(int images, SplittableRandom random) {
        float share = (float) new Deviates(random).beta(alpha);
        return new Mixture(BatchMixing.partners(images, random), share);
    }

    void apply(float[] values, Mixture mixture) {
        float[] originals = values.clone();
        int[] partners = mixture.partners();
        int size = values.length / partners.length;
        float share = mixture.share();
        for (int image = 0; image < partners.length; image++) {
            int offset = (partners[image] - image) * size;
            for (int i = image * size; i < (image + 1) * size; i++) {
                values[i] = share * originals[i] + (1 - share) * originals[i + offset];
            }
        }
    }
}
