package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.faultline.recipe.Seed;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.network.Tensors;
import java.util.function.UnaryOperator;

/**
 * MART (Wang et al., ICLR 2020, Eq. 13): BCE(p(x'), y) + λ · KL(p(x) ‖ p(x')) · (1 − p_y(x)), where BCE is −log p_y − log(1 −
 * max_{k≠y} p_k) and x' maximises the cross-entropy. So what is misclassified to begin with weighs more.
 *
 * @param beta λ; the paper's choice is 5
 * @implNote The logarithms are computed from the logits, without the 10⁻⁴ and 10⁻¹² that the authors' script adds to its
 *     probabilities, and by which the gradient of the second term vanishes where the network is surest of a wrong class. The
 *     attack starts as it says itself: the paper's at random in the ball, the script's at {@link GaussianStart}'s distance.
 */
public record MartRisk(Adversary adversary, double beta) implements Risk {
    // added to a logit to take it out of a maximum or a sum of exponentials; far outside any logit's range
    private static final float OUT = -1e30f;
    private static final int[] CLASSES = {1};

    public MartRisk {
        if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("beta is " + beta + "; allowed: 0 or more");
        }
    }

    @Override
    public NDArray attack(Learner learner, NDArray images, Targets targets, Seed seed) {
        return adversary.perturb(learner.settled(), images, targets.mainLabels(), seed);
    }

    @Override
    public BatchLoss loss(UnaryOperator<NDArray> network, NDArray images, NDArray attacked, Targets targets) {
        NDArray natural = network.apply(images);
        NDArray adversarial = network.apply(attacked);
        try (NDArray boosted = targets.crossEntropy(adversarial);
                NDArray rest = targets.each(labels -> rest(natural, adversarial, labels));
                NDArray each = boosted.add(rest)) {
            return new BatchLoss(each.mean(), adversarial);
        }
    }

    /** All but the cross-entropy: −log(1 − max_{k≠y} p_k(x')) + λ · KL · (1 − p_y(x)), (N). */
    private NDArray rest(NDArray natural, NDArray adversarial, NDArray labels) {
        try (NDManager scratch = adversarial.getManager().newSubManager()) {
            scratch.tempAttachAll(natural, adversarial, labels);
            int classes = (int) adversarial.getShape().get(1);
            NDArray ofLabel = labels.oneHot(classes, DataType.FLOAT32);
            NDArray logQ = adversarial.logSoftmax(1);
            NDArray strongest = logQ.stopGradient().add(ofLabel.mul(OUT)).argMax(1); // of the other classes
            NDArray margin = logSumExp(
                            logQ.add(strongest.oneHot(classes, DataType.FLOAT32).mul(OUT)))
                    .neg();
            NDArray doubt = natural.softmax(1).mul(ofLabel).sum(CLASSES).neg().add(1f);
            NDArray divergence = Divergence.kullbackLeibler(natural, adversarial);
            divergence.attach(scratch);
            return scratch.ret(margin.add(Tensors.times(divergence.mul(doubt), beta)));
        }
    }

    /** @return (N) */
    private static NDArray logSumExp(NDArray logits) {
        NDArray largest = logits.stopGradient().max(CLASSES, true);
        return logits.sub(largest).exp().sum(CLASSES, true).log().add(largest).reshape(-1);
    }
}
