package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.report.PairedDifference;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.attack.FirstToFool;
import io.faultline.vision.attack.ImageSeeds;
import io.faultline.vision.attack.PerturbationBall;
import io.faultline.vision.attack.ProjectedGradientDescent;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.network.Classifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
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
 * @param changedAnswers how many attacked images were answered otherwise when they were stored and scored again
 * @param cleanPlaces where in the data the images are that are labelled right as they are, ascending
 * @param robustPlaces where in the data the robust images are, ascending
 */
public record RobustAccuracy(
        Accuracy clean,
        Accuracy robust,
        double radius,
        double largestDistance,
        double lowestPixel,
        double highestPixel,
        int changedAnswers,
        List<Integer> cleanPlaces,
        List<Integer> robustPlaces) {
    public RobustAccuracy {
        cleanPlaces = List.copyOf(cleanPlaces);
        robustPlaces = List.copyOf(robustPlaces);
    }

    /**
     * Attacks all images that are labelled right.
     *
     * @param seed of the attack's starts, by each image's place in the data
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
        return measure(classifier, restarted(attack), PerturbationBall.of(attack), data, seed, manager, listener);
    }

    /** Measures against any attack; as for a recipe's. */
    public static RobustAccuracy measure(
            Classifier classifier,
            Adversary adversary,
            PerturbationBall ball,
            LabeledImages data,
            Seed seed,
            NDManager manager,
            EvaluationListener listener) {
        ImageBatches batches = ImageBatches.of(data);
        List<RobustAccuracy> parts = new ArrayList<>();
        for (int from = 0; from < data.size(); from += CleanAccuracy.BATCH) {
            int to = Math.min(from + CleanAccuracy.BATCH, data.size());
            parts.add(batch(classifier, adversary, ball, batches, from, to, seed, manager));
            listener.measured(to - from);
        }
        return merged(parts);
    }

    /** An image that one start has fooled the classifier with needs no other: the worst of the starts is wrong already. */
    private static Adversary restarted(AttackRecipe attack) {
        return new FirstToFool(Collections.nCopies(attack.restarts(), ProjectedGradientDescent.of(attack)));
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
            int[] right = IntStream.of(clean.places()).map(i -> from + i).toArray();
            if (right.length == 0) {
                return new RobustAccuracy(
                        clean.accuracy(), clean.accuracy(), ball.radius(), 0, 0, 0, 0, List.of(), List.of());
            }
            ImageBatch attacked = batches.load(right, scope);
            NDArray adversarial =
                    adversary.perturb(classifier, attacked.images(), attacked.labels(), ImageSeeds.of(seed, right));
            Correctness robust = Correctness.of(classifier.logits(adversarial), attacked.labels(), from);
            return new RobustAccuracy(
                    clean.accuracy(),
                    new Accuracy(robust.places().length, to - from),
                    ball.radius(),
                    ball.distance(adversarial, attacked.images()).max().toFloatArray()[0],
                    adversarial.min().toFloatArray()[0],
                    adversarial.max().toFloatArray()[0],
                    Rescoring.changed(classifier, adversarial, attacked.labels(), robust.correct(), from),
                    IntStream.of(right).boxed().toList(),
                    IntStream.of(robust.places()).map(i -> right[i]).boxed().toList());
        }
    }

    /** The figures of all parts of a data set together, in the order of their images. */
    static RobustAccuracy merged(List<RobustAccuracy> parts) {
        return new RobustAccuracy(
                parts.stream().map(RobustAccuracy::clean).reduce(new Accuracy(0, 0), Accuracy::plus),
                parts.stream().map(RobustAccuracy::robust).reduce(new Accuracy(0, 0), Accuracy::plus),
                parts.get(0).radius(),
                largest(parts, RobustAccuracy::largestDistance),
                -largest(parts, part -> -part.lowestPixel()),
                largest(parts, RobustAccuracy::highestPixel),
                parts.stream().mapToInt(RobustAccuracy::changedAnswers).sum(),
                parts.stream().flatMap(part -> part.cleanPlaces().stream()).toList(),
                parts.stream().flatMap(part -> part.robustPlaces().stream()).toList());
    }

    /**
     * How clean accuracy has changed from another classifier's, image by image.
     *
     * @param earlier of the same images
     * @throws IllegalArgumentException if it is of another number of images
     */
    public PairedDifference cleanChange(RobustAccuracy earlier) {
        return change(earlier.clean, earlier.cleanPlaces, clean, cleanPlaces);
    }

    /**
     * How robust accuracy has changed from another classifier's, image by image; as for {@link #cleanChange}.
     *
     * @param earlier of the same images under the same attack
     */
    public PairedDifference robustChange(RobustAccuracy earlier) {
        return change(earlier.robust, earlier.robustPlaces, robust, robustPlaces);
    }

    private static PairedDifference change(
            Accuracy first, List<Integer> firstPlaces, Accuracy second, List<Integer> secondPlaces) {
        if (first.total() != second.total()) {
            throw new IllegalArgumentException(second.total() + " images beside " + first.total()
                    + "; accuracies can be paired on the same images alone");
        }
        Set<Integer> both = new HashSet<>(firstPlaces);
        both.retainAll(new HashSet<>(secondPlaces));
        return PairedDifference.of(firstPlaces.size() - both.size(), secondPlaces.size() - both.size(), first.total());
    }

    private static double largest(List<RobustAccuracy> parts, ToDoubleFunction<RobustAccuracy> figure) {
        return parts.stream().mapToDouble(figure).reduce(Double.NEGATIVE_INFINITY, Math::max); // NaN stays
    }
}
