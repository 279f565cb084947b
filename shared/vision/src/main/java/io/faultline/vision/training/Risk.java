package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.Classifier;

/** What a training minimises: the cross-entropy on the images that this chooses for a batch. */
public sealed interface Risk permits EmpiricalRisk, AdversarialRisk {
    /** The risk of a recipe. */
    static Risk of(TrainingRecipe recipe) {
        return switch (recipe.objective()) {
            case ERM -> new EmpiricalRisk();
            case ADVERSARIAL -> new AdversarialRisk(Adversary.of(recipe.attack()));
            case TRADES, MART, SCORE, DECONVOLUTION ->
                throw new UnsupportedOperationException(
                        "objective " + recipe.objective().wireName());
        };
    }

    /** Under which name recipes know it. */
    Objective objective();

    /**
     * The images to train on; owned by the batch's manager, and possibly the batch's own.
     *
     * @param classifier the network as it is, on running statistics
     */
    NDArray images(Classifier classifier, ImageBatch batch, Seed seed);
}
