package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.AttackRecipe;
import io.faultline.vision.attack.PerturbationBall;
import io.faultline.vision.network.Gradients;
import java.util.function.UnaryOperator;

/**
 * Ascends a loss of images inside a perturbation ball: x ← project(x + η · steepest(∇ₓ loss)). The inner maximisation of the
 * losses that are no cross-entropy.
 *
 * @param stepSize η, as a share of the pixel range
 * @param steps 0 leaves the start, projected
 */
public record BallAscent(PerturbationBall ball, double stepSize, int steps) {
    public BallAscent {
        if (!(stepSize >= 0 && stepSize < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("step size is " + stepSize + "; allowed: 0 or more");
        }
        if (steps < 0) {
            throw new IllegalArgumentException("steps is " + steps + "; allowed: 0 or more");
        }
    }

    /** The ascent of a recipe's attack; where it starts is the loss's matter. */
    static BallAscent of(AttackRecipe recipe) {
        return new BallAscent(PerturbationBall.of(recipe), recipe.stepSize().value(), recipe.steps());
    }

    /**
     * @param images (N, C, H, W), the originals; stay the caller's
     * @param start same shape; it is closed
     * @param loss from images to a scalar whose gradient by one image does not depend on the others
     * @return same shape, inside the ball and in [0, 1]; owned by the start's manager
     */
    NDArray from(NDArray start, NDArray images, UnaryOperator<NDArray> loss) {
        if (steps == 0) {
            try (start) {
                return ball.project(start, images);
            }
        }
        NDArray current = start;
        for (int step = 0; step < steps; step++) {
            NDArray next = step(current, images, loss);
            current.close();
            current = next;
        }
        return current;
    }

    private NDArray step(NDArray current, NDArray images, UnaryOperator<NDArray> loss) {
        try (NDManager scratch = current.getManager().newSubManager()) {
            scratch.tempAttachAll(current, images);
            NDArray gradient = Gradients.of(current, loss);
            NDArray moved = ball.steepest(gradient).muli((float) stepSize).addi(current);
            return scratch.ret(ball.project(moved, images));
        }
    }
}
