package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import io.faultline.recipe.Seed;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.function.UnaryOperator;

/**
 * Self-consistent robust error with the squared error in the place of the divergence (Pang et al., ICML 2022, Sec. 4 and 5.2):
 * p is the softmax, y the labels as probabilities, ‖·‖² summed over the classes, and a loss that is small enough no longer
 * counts.
 *
 * <ul>
 *   <li>{@link Form#TRADES}: max(0, ‖p(x) − y‖² + β‖p(x') − p(x)‖² − c), x' maximising ‖p(x') − p(x)‖² from {@link GaussianStart}
 *   <li>{@link Form#ADVERSARIAL}: max(0, ‖p(x') − y‖² − c), x' maximising ‖p(x') − y‖² from a random point of the ball
 * </ul>
 *
 * where c = t² + t²/(K − 1) is the squared error of a network that gives the label 1 − t and the others the rest in equal parts.
 *
 * @param beta of the first form; the authors' is 6
 * @param clip t, from 0 (nothing is cut) to below 1; the authors' is 0.3 for the first form and 0.4 for the second
 * @implNote The authors' script for CIFAR without generated data. Theirs for training with generated data starts at a random point
 *     of the ball, attacks on the batch's statistics, and cuts the second term alone. Smoothing is PyTorch's α, which is their
 *     amount times K/(K − 1); y is smoothed in the loss and not in the attack.
 */
public record ScoreRisk(Form form, BallAscent ascent, double beta, double clip) implements Risk {
    /** t of the first form. */
    static final double AUTHORS_CLIP = 0.3;

    /** Where the squared error stands. */
    public enum Form {
        TRADES,
        ADVERSARIAL
    }

    public ScoreRisk {
        if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("beta is " + beta + "; allowed: 0 or more");
        }
        if (!(clip >= 0 && clip < 1)) {
            throw new IllegalArgumentException("clip is " + clip + "; allowed: 0 to below 1");
        }
    }

    @Override
    public NDArray attack(Learner learner, NDArray images, Targets targets, Seed seed) {
        NDArray start =
                switch (form) {
                    case TRADES -> GaussianStart.of(images, seed);
                    case ADVERSARIAL -> ascent.ball().randomStart(images, seed);
                };
        return attack(learner.settled(), images, targets, start);
    }

    /** From a given start, which it closes. */
    NDArray attack(Classifier classifier, NDArray images, Targets targets, NDArray start) {
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images);
            start.attach(scope);
            NDArray natural = classifier.logits(images);
            NDArray reference =
                    switch (form) {
                        case TRADES -> natural.softmax(1);
                        case ADVERSARIAL ->
                            targets.certain((int) natural.getShape().get(1));
                    };
            reference.attach(scope);
            return scope.ret(ascent.from(start, images, moved -> {
                try (NDArray logits = classifier.logits(moved);
                        NDArray each = Divergence.squaredError(reference, logits)) {
                    return each.sum();
                }
            }));
        }
    }

    @Override
    public BatchLoss loss(UnaryOperator<NDArray> network, NDArray images, NDArray attacked, Targets targets) {
        return switch (form) {
            case TRADES -> {
                NDArray natural = network.apply(images);
                NDArray adversarial = network.apply(attacked);
                try (NDArray accuracy = toLabels(natural, targets);
                        NDArray probabilities = natural.softmax(1);
                        NDArray moved = Divergence.squaredError(probabilities, adversarial);
                        NDArray robustness = Tensors.times(moved, beta);
                        NDArray each = accuracy.add(robustness)) {
                    yield new BatchLoss(clipped(each, classes(natural)), adversarial);
                }
            }
            case ADVERSARIAL -> {
                NDArray adversarial = network.apply(attacked);
                try (NDArray each = toLabels(adversarial, targets)) {
                    yield new BatchLoss(clipped(each, classes(adversarial)), adversarial);
                }
            }
        };
    }

    private static NDArray toLabels(NDArray logits, Targets targets) {
        try (NDArray probabilities = targets.probabilities(classes(logits))) {
            return Divergence.squaredError(probabilities, logits);
        }
    }

    private static int classes(NDArray logits) {
        return (int) logits.getShape().get(1);
    }

    /** @return scalar */
    private NDArray clipped(NDArray each, int classes) {
        if (clip == 0) {
            return each.mean();
        }
        double bound = clip * clip + clip * clip / (classes - 1);
        try (NDArray above = each.sub((float) bound);
                NDArray counted = Activation.relu(above)) {
            return counted.mean();
        }
    }
}
