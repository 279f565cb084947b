package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.attack.PerturbationBall;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.network.Classifier;
import java.util.stream.IntStream;

/**
 * The share of images that a classifier labels right whatever an attack does to them.
 *
 * <p>The image itself is in the attack's ball: one that is labelled wrong is not robust, and is not attacked.
 *
 * @param clean on the images as they are
 * @param robust on the images as the attack left them
 * @param radius the attack's ε
 * @param largestDistance how far the attack moved an image, in its norm; 0 where it attacked none
 * @param lowestPixel of all attacked images
 * @param highestPixel of all attacked images
 */
public record RobustAccuracy(
        Accuracy clean,
        Accuracy robust,
        double radius,
        double largestDistance,
        double lowestPixel,
        double highestPixel) {
    /**
     * Attacks all images that are labelled right.
     *
     * @param seed of the attack's starts, by batch
     * @param manager parent of the memory that batches take
     * @throws NonFiniteLogitsException if an answer is NaN or infinite
     */
    public static RobustAccuracy measure(
            Classifier classifier,
            AttackRecipe attack,
            LabeledImages data,
            Seed seed,
            NDManager manager,
            EvaluationListener listener) {
        ImageBatches batches = ImageBatches.of(data);
        PerturbationBall ball = PerturbationBall.of(attack);
        RobustAccuracy sum = new RobustAccuracy(new Accuracy(0, 0), new Accuracy(0, 0), ball.radius(), 0, 0, 0);
        for (int from = 0; from < data.size(); from += CleanAccuracy.BATCH) {
            int to = Math.min(from + CleanAccuracy.BATCH, data.size());
            sum = sum.plus(
                    batch(classifier, Adversary.of(attack), ball, batches, from, to, seed.derive(from), manager));
            listener.measured(to - from);
        }
        return sum;
    }

    private static RobustAccuracy batch(
            Classifier classifier,
            Adversary adversary,
            PerturbationBall ball,
            ImageBatches batches,
            int from,
            int to,
            Seed seed,
            NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            ImageBatch all = batches.load(from, to, scope);
            Correctness clean = Correctness.of(classifier.logits(all.images()), all.labels(), from);
            if (clean.places().length == 0) {
                return new RobustAccuracy(clean.accuracy(), clean.accuracy(), ball.radius(), 0, 0, 0);
            }
            int[] right = IntStream.of(clean.places()).map(i -> from + i).toArray();
            ImageBatch attacked = batches.load(right, scope);
            NDArray adversarial = adversary.perturb(classifier, attacked.images(), attacked.labels(), seed);
            Correctness robust = Correctness.of(classifier.logits(adversarial), attacked.labels(), from);
            return new RobustAccuracy(
                    clean.accuracy(),
                    new Accuracy(robust.places().length, to - from),
                    ball.radius(),
                    ball.distance(adversarial, attacked.images()).max().toFloatArray()[0],
                    adversarial.min().toFloatArray()[0],
                    adversarial.max().toFloatArray()[0]);
        }
    }

    private RobustAccuracy plus(RobustAccuracy other) {
        return new RobustAccuracy(
                clean.plus(other.clean),
                robust.plus(other.robust),
                radius,
                Math.max(largestDistance, other.largestDistance),
                Math.min(lowestPixel, other.lowestPixel),
                Math.max(highestPixel, other.highestPixel));
    }
}
