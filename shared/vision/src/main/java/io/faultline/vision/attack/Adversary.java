package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Seed;
import io.faultline.vision.network.Classifier;

/** Something that changes images, within what a threat model allows, so that a classifier errs. */
@FunctionalInterface
public interface Adversary {
    /** The attack of a recipe. */
    static Adversary of(AttackRecipe recipe) {
        ProjectedGradientDescent descent = ProjectedGradientDescent.of(recipe);
        return recipe.restarts() == 1 ? descent : new WorstOfRestarts(descent, recipe.restarts());
    }

    /**
     * Perturbs a batch. It depends on its arguments alone; the classifier stays as it is.
     *
     * @param images (N, C, H, W), float32 in [0, 1], not normalised; stay the caller's
     * @param labels (N) int64, the true ones; stay the caller's
     * @param seeds one per image; an image's perturbation depends on its own alone, whatever else is in the batch, but for the
     *     rounding of the network
     * @return same shape and range, each image within the ball around its original; owned by the images' manager
     */
    NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds);

    /** Perturbs a batch whose images draw by their position in it. */
    default NDArray perturb(Classifier classifier, NDArray images, NDArray labels, Seed seed) {
        int count = Math.toIntExact(images.getShape().get(0));
        return perturb(classifier, images, labels, ImageSeeds.inOrder(seed, count));
    }
}
