package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.AttackRecipe;
import io.faultline.vision.network.Classifier;

/**
 * Ascends a classifier's cross-entropy inside a perturbation ball (Madry et al., ICLR 2018, Sec. 2.1):
 * x ← project(x + η · steepest(∇ₓ loss)).
 *
 * @param stepSize η, as a share of the pixel range
 * @param steps 0 leaves the start
 * @param randomStart whether it starts at a random point of the ball, or at the image
 */
public record ProjectedGradientDescent(PerturbationBall ball, double stepSize, int steps, boolean randomStart)
        implements Adversary {
    public ProjectedGradientDescent {
        if (!(stepSize >= 0 && stepSize < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("step size is " + stepSize + "; allowed: 0 or more");
        }
        if (steps < 0) {
            throw new IllegalArgumentException("steps is " + steps + "; allowed: 0 or more");
        }
    }

    /** The recipe's attack, started once. */
    public static ProjectedGradientDescent of(AttackRecipe recipe) {
        return new ProjectedGradientDescent(
                PerturbationBall.of(recipe), recipe.stepSize().value(), recipe.steps(), recipe.randomStart());
    }

    @Override
    public NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        try (NDManager attack = images.getManager().newSubManager()) {
            attack.tempAttachAll(images, labels);
            NDArray start = randomStart ? ball.randomStart(images, seeds) : images.duplicate();
            return attack.ret(ascend(classifier, images, start, labels));
        }
    }

    /** Takes all steps from a given start, which it closes. */
    NDArray ascend(Classifier classifier, NDArray images, NDArray start, NDArray labels) {
        NDArray adversarial = start;
        for (int step = 0; step < steps; step++) {
            NDArray next = step(classifier, images, adversarial, labels);
            adversarial.close();
            adversarial = next;
        }
        return adversarial;
    }

    private NDArray step(Classifier classifier, NDArray images, NDArray adversarial, NDArray labels) {
        try (NDManager scratch = adversarial.getManager().newSubManager()) {
            scratch.tempAttachAll(adversarial, images, labels);
            NDArray gradient = InputGradient.of(classifier, adversarial, labels);
            NDArray moved = ball.steepest(gradient).muli((float) stepSize).addi(adversarial);
            return scratch.ret(ball.project(moved, images));
        }
    }
}
