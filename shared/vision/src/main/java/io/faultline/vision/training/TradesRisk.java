package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.Seed;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.function.UnaryOperator;

/**
 * TRADES (Zhang et al., ICML 2019, Eq. 5): CE(f(x), y) + β · KL(f(x) ‖ f(x')), where x' maximises the second term in the ball
 * around x. Gradients go through both sides of the divergence.
 *
 * @param ascent of the divergence, from {@link GaussianStart} and on running statistics
 * @param beta the authors' 6 makes robustness weigh six times as much
 * @implNote The network runs twice, on the images and then on the attacked ones, so that running statistics move twice per step.
 *     The authors' script runs the images once more, to the same gradient. Its attack in L2 takes 2ε/steps as its step; here it is
 *     what the ascent says.
 */
public record TradesRisk(BallAscent ascent, double beta) implements Risk {
    public TradesRisk {
        if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("beta is " + beta + "; allowed: 0 or more");
        }
    }

    @Override
    public NDArray attack(Learner learner, NDArray images, Targets targets, Seed seed) {
        return attack(learner.settled(), images, GaussianStart.of(images, seed));
    }

    /** From a given start, which it closes. */
    NDArray attack(Classifier classifier, NDArray images, NDArray start) {
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images);
            start.attach(scope);
            NDArray reference = classifier.logits(images);
            return scope.ret(ascent.from(start, images, moved -> {
                try (NDArray logits = classifier.logits(moved);
                        NDArray each = Divergence.kullbackLeibler(reference, logits)) {
                    return each.sum();
                }
            }));
        }
    }

    @Override
    public BatchLoss loss(UnaryOperator<NDArray> network, NDArray images, NDArray attacked, Targets targets) {
        NDArray natural = network.apply(images);
        NDArray adversarial = network.apply(attacked);
        try (NDArray accuracy = targets.crossEntropy(natural);
                NDArray divergence = Divergence.kullbackLeibler(natural, adversarial);
                NDArray robustness = Tensors.times(divergence, beta);
                NDArray each = accuracy.add(robustness)) {
            return new BatchLoss(each.mean(), adversarial);
        }
    }
}
