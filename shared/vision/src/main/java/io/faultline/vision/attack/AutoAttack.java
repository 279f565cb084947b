package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * AutoAttack's standard version (Croce and Hein, ICML 2020, Sec. 6): Auto-PGD on the cross-entropy, Auto-PGD and FAB towards the most
 * likely wrong classes, and the Square Attack, each on the images that the ones before left robust.
 *
 * @param apgdSteps of each Auto-PGD run
 * @param targets how many classes the targeted attacks aim at, each in a run of its own; at most K − 1 of K classes are
 * @param fabSteps of each FAB run
 * @param squareQueries of the Square Attack
 */
public record AutoAttack(PerturbationBall ball, int apgdSteps, int targets, int fabSteps, int squareQueries)
        implements Adversary {
    public AutoAttack {
        if (targets < 1) {
            throw new IllegalArgumentException("targets is " + targets + "; allowed: 1 or more");
        }
        if (apgdSteps < 0 || fabSteps < 0 || squareQueries < 0) {
            throw new IllegalArgumentException("Auto-PGD has " + apgdSteps + " steps, FAB " + fabSteps + " and Square "
                    + squareQueries + " queries; allowed: 0 or more");
        }
    }

    /** The published budget: 100 steps, 9 targets, 5000 queries. Figures of any other are not AutoAttack's. */
    public static AutoAttack standard(PerturbationBall ball) {
        return new AutoAttack(ball, 100, 9, 100, 5_000);
    }

    /**
     * What the attack did to a batch.
     *
     * @param adversarial (N, C, H, W): each image as the attack that fooled the classifier left it, or as it was
     * @param fates in the order of the images
     * @param largestDistance how far any attack moved an image, in the ball's norm
     * @param lowestPixel that any attack left
     * @param highestPixel that any attack left
     * @param notes where this network does not admit the attack as published
     */
    public record Outcome(
            NDArray adversarial,
            List<AttackFate> fates,
            double largestDistance,
            double lowestPixel,
            double highestPixel,
            List<String> notes) {
        public Outcome {
            fates = List.copyOf(fates);
            notes = List.copyOf(notes);
        }
    }

    @Override
    public NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        return attack(classifier, images, labels, seeds).adversarial();
    }

    /** Perturbs a batch, as {@link #perturb} does, and says what happened to each image. */
    public Outcome attack(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images, labels);
            Run run = new Run(classifier, images, labels.toLongArray(), scope);
            int classes = run.spareTheMisclassified();
            run.attack(
                    AttackFate.APGD_CE,
                    AutoProjectedGradientDescent.untargeted(ball, AttackLoss.CROSS_ENTROPY, apgdSteps),
                    seeds);
            run.attack(
                    AttackFate.APGD_T,
                    sweep(classes, rank -> new AutoProjectedGradientDescent(ball, targeted(classes), rank, apgdSteps)),
                    seeds);
            run.attack(AttackFate.FAB_T, sweep(classes, rank -> new FastAdaptiveBoundary(ball, rank, fabSteps)), seeds);
            run.attack(AttackFate.SQUARE, new SquareAttack(ball, squareQueries), seeds);
            return run.outcome(notes(classes));
        }
    }

    /** A targeted attack towards one class after the other, the likeliest first. */
    private Adversary sweep(int classes, IntFunction<Adversary> towards) {
        return new FirstToFool(IntStream.rangeClosed(2, Math.min(targets + 1, classes))
                .mapToObj(towards)
                .toList());
    }

    private static AttackLoss targeted(int classes) {
        return classes < AttackLoss.TARGETED_LOGITS_RATIO.fewestClasses()
                ? AttackLoss.TARGETED_DIFFERENCE
                : AttackLoss.TARGETED_LOGITS_RATIO;
    }

    private static List<String> notes(int classes) {
        return targeted(classes) == AttackLoss.TARGETED_LOGITS_RATIO
                ? List.of()
                : List.of("With " + classes
                        + " classes the targeted difference-of-logits ratio does not exist, which needs "
                        + AttackLoss.TARGETED_LOGITS_RATIO.fewestClasses()
                        + "; APGD-T ascended the plain difference of the two logits.");
    }

    private final class Run {
        private final Classifier classifier;
        private final NDArray images;
        private final long[] labels;
        private final NDManager scope;
        private final Departures departures;
        private final AttackFate[] fates;
        private double largestDistance;
        private double lowestPixel = 1;
        private double highestPixel;

        Run(Classifier classifier, NDArray images, long[] labels, NDManager scope) {
            this.classifier = classifier;
            this.images = images;
            this.labels = labels;
            this.scope = scope;
            departures = new Departures(scope, labels.length);
            fates = new AttackFate[labels.length];
            Arrays.fill(fates, AttackFate.ROBUST);
        }

        /** @return how many classes the network knows */
        int spareTheMisclassified() {
            Answers clean = Answers.of(classifier, images);
            leave(clean.places(labels, true), images, AttackFate.MISCLASSIFIED);
            return clean.classes();
        }

        void attack(AttackFate fate, Adversary member, ImageSeeds seeds) {
            int[] here = departures.remaining();
            if (here.length == 0) {
                return;
            }
            long[] theirs = Rows.at(labels, here);
            try (NDManager scratch = scope.newSubManager()) {
                scratch.tempAttachAll(images);
                NDArray attacked = Rows.pick(images, here);
                NDArray ofAttacked = Tensors.of(scratch, theirs, new Shape(theirs.length));
                NDArray left = member.perturb(
                        classifier, attacked, ofAttacked, seeds.at(here).derive(fate.name()));
                largestDistance = Math.max(
                        largestDistance, ball.distance(left, attacked).max().toFloatArray()[0]);
                lowestPixel = Math.min(lowestPixel, left.min().toFloatArray()[0]);
                highestPixel = Math.max(highestPixel, left.max().toFloatArray()[0]);
                leave(Answers.of(classifier, left).places(theirs, true), left, fate);
            }
        }

        private void leave(int[] leaving, NDArray as, AttackFate fate) {
            for (int place : Rows.at(departures.remaining(), leaving)) {
                fates[place] = fate;
            }
            departures.leave(leaving, as);
        }

        Outcome outcome(List<String> notes) {
            int[] robust = departures.remaining();
            if (robust.length > 0) {
                NDArray untouched = Rows.pick(images, robust);
                departures.leave(IntStream.range(0, robust.length).toArray(), untouched);
            }
            return new Outcome(
                    scope.ret(departures.all()),
                    List.of(fates),
                    largestDistance,
                    Math.min(lowestPixel, highestPixel),
                    highestPixel,
                    notes);
        }
    }
}
