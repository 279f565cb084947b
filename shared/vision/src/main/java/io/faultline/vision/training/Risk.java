package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.vision.attack.Adversary;
import java.util.function.UnaryOperator;

/**
 * What a training minimises: an attack that chooses images for a batch, and a loss on both.
 *
 * <p>Images are (N, 3, H, W) float32 in [0, 1], not normalised; arguments stay their owner's.
 */
public sealed interface Risk
        permits EmpiricalRisk, AdversarialRisk, TradesRisk, MartRisk, ScoreRisk, DeconvolutionRisk {
    /** The risk of a recipe. */
    static Risk of(TrainingRecipe recipe) {
        return switch (recipe.objective()) {
            case ERM -> new EmpiricalRisk();
            case ADVERSARIAL -> new AdversarialRisk(Adversary.of(recipe.attack()));
            case TRADES ->
                new TradesRisk(BallAscent.of(recipe.attack()), recipe.loss().beta());
            case MART ->
                new MartRisk(Adversary.of(recipe.attack()), recipe.loss().beta());
            case SCORE ->
                new ScoreRisk(
                        ScoreRisk.Form.TRADES,
                        BallAscent.of(recipe.attack()),
                        recipe.loss().beta(),
                        ScoreRisk.AUTHORS_CLIP);
            case DECONVOLUTION -> DeconvolutionRisk.of(recipe.loss().deconvolution());
        };
    }

    /**
     * The images that the loss is taken on beside, or in place of, the batch's; found before anything is differentiated.
     *
     * @return (N, 3, H, W), owned by the images' manager, and possibly the images themselves
     */
    NDArray attack(Learner learner, NDArray images, Targets targets, Seed seed);

    /**
     * The loss; differentiable in what the network computes with.
     *
     * @param network from images to logits (N, K), in the mode that the training has; each call moves its running statistics
     * @param attacked what {@link #attack} gave
     */
    BatchLoss loss(UnaryOperator<NDArray> network, NDArray images, NDArray attacked, Targets targets);
}
