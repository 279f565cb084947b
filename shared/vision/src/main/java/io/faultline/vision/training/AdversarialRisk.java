package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Seed;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.Classifier;

/**
 * The worst images that an attack finds (Madry et al., ICLR 2018, Eq. 2.1).
 *
 * @implNote the attack sees batch norms on running statistics, as RiFT's reference for adversarial training does
 */
public record AdversarialRisk(Adversary adversary) implements Risk {
    @Override
    public Objective objective() {
        return Objective.ADVERSARIAL;
    }

    @Override
    public NDArray images(Classifier classifier, ImageBatch batch, Seed seed) {
        return adversary.perturb(classifier, batch.images(), batch.labels(), seed);
    }
}
