package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import io.faultline.recipe.Seed;
import java.util.function.UnaryOperator;

/** The cross-entropy of the images as they are. */
public record EmpiricalRisk() implements Risk {
    @Override
    public NDArray attack(Learner learner, NDArray images, Targets targets, Seed seed) {
        return images;
    }

    @Override
    public BatchLoss loss(UnaryOperator<NDArray> network, NDArray images, NDArray attacked, Targets targets) {
        NDArray logits = network.apply(images);
        try (NDArray each = targets.crossEntropy(logits)) {
            return new BatchLoss(each.mean(), logits);
        }
    }
}
