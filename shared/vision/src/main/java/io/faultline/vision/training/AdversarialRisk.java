package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import io.faultline.recipe.Seed;
import io.faultline.vision.attack.Adversary;
import java.util.function.UnaryOperator;

/**
 * The cross-entropy of the worst images that an attack finds (Madry et al., ICLR 2018, Eq. 2.1). With an attack of one step from
 * a random start it is Wong et al.'s fast adversarial training (ICLR 2020).
 *
 * @implNote the attack sees batch norms on running statistics, as RiFT's reference for adversarial training does
 */
public record AdversarialRisk(Adversary adversary) implements Risk {
    @Override
    public NDArray attack(Learner learner, NDArray images, Targets targets, Seed seed) {
        return adversary.perturb(learner.settled(), images, targets.mainLabels(), seed);
    }

    @Override
    public BatchLoss loss(UnaryOperator<NDArray> network, NDArray images, NDArray attacked, Targets targets) {
        NDArray logits = network.apply(attacked);
        try (NDArray each = targets.crossEntropy(logits)) {
            return new BatchLoss(each.mean(), logits);
        }
    }
}
