package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Seed;
import io.faultline.recipe.ThreatModel;

/**
 * The images that a threat model allows around an original, within the pixel range [0, 1]: all that an attack needs to know of
 * a norm.
 *
 * <p>Images are (N, C, H, W) float32 in [0, 1]; arguments stay their owner's, results belong to the first argument's manager.
 */
public sealed interface PerturbationBall permits LinfBall, L2Ball {
    /** The ball of a recipe. */
    static PerturbationBall of(AttackRecipe recipe) {
        return of(recipe.threatModel(), recipe.epsilon());
    }

    /** @param epsilon radius, as a share of the pixel range */
    static PerturbationBall of(ThreatModel threatModel, Ratio epsilon) {
        double radius = epsilon.value();
        return switch (threatModel) {
            case LINF -> new LinfBall(radius);
            case L2 -> new L2Ball(radius);
        };
    }

    /** ε, as a share of the pixel range. */
    double radius();

    /** The norm. */
    ThreatModel threatModel();

    /** A random point of each image's ball: same distribution as the reference, own stream. */
    NDArray randomStart(NDArray images, ImageSeeds seeds);

    /** A random point of the ball, drawn by position in the batch. */
    default NDArray randomStart(NDArray images, Seed seed) {
        return randomStart(
                images,
                ImageSeeds.inOrder(seed, Math.toIntExact(images.getShape().get(0))));
    }

    /** A random point at distance ε, then clipped: where the attacks of Croce and Hein start. */
    NDArray surfaceStart(NDArray images, ImageSeeds seeds);

    /** The step of unit length along which a loss with this gradient rises most. */
    NDArray steepest(NDArray gradient);

    /** The allowed image for each candidate: moved into the ball, then clipped to [0, 1]. */
    NDArray project(NDArray candidates, NDArray images);

    /** @return (N), how far each candidate is from its original, in this norm */
    NDArray distance(NDArray candidates, NDArray images);
}
