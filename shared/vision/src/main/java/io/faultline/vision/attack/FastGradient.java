package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import io.faultline.vision.network.Classifier;

/**
 * One step of length ε from the image along the steepest ascent of the cross-entropy: in L∞ the fast gradient sign method
 * (Goodfellow et al., ICLR 2015, Sec. 4), in L2 its Euclidean kin. It draws nothing.
 */
public record FastGradient(PerturbationBall ball) implements Adversary {
    @Override
    public NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        return new ProjectedGradientDescent(ball, ball.radius(), 1, false).perturb(classifier, images, labels, seeds);
    }
}
