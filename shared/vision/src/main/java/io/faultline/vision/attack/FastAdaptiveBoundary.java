package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The targeted fast adaptive boundary attack (FAB-T; Croce and Hein, ICML 2020, "Minimally distorted adversarial examples with a
 * fast adaptive boundary attack"): goes along the boundary between the label and one other class, linearised anew in each step, and
 * seeks the point on it that is nearest to the original. It draws nothing.
 *
 * <p>An image leaves as soon as a point within the ball is labelled wrong. One for which none is found stays as it is.
 *
 * @param rank the other class is the one whose logit at the original is the {@code rank}-th largest, from 2
 * @implNote one run from the original itself, as in the reference AutoAttack. FAB goes on to shorten a perturbation that is
 *     short enough already; here that changes no result
 */
public record FastAdaptiveBoundary(PerturbationBall ball, int rank, int steps) implements Adversary {
    // α_max: the largest share of a step that is taken from the original instead of from the current point
    private static final double LARGEST_BIAS = 0.1;
    // η: a step goes a little beyond the linearised boundary
    private static final double OVERSHOOT = 1.05;
    // β: the share of the perturbation that is kept once the boundary has been passed
    private static final double BACKWARD = 0.9;
    // keeps the bias defined where both projections have length 0
    private static final double SMALLEST_LENGTH = 1e-8;

    public FastAdaptiveBoundary {
        if (steps < 0) {
            throw new IllegalArgumentException("steps is " + steps + "; allowed: 0 or more");
        }
        if (rank < 2) {
            throw new IllegalArgumentException("rank is " + rank + "; allowed: 2 or more, as 1 is the label itself");
        }
    }

    @Override
    public NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        return new Search(classifier, images, labels).run();
    }

    private final class Search {
        private final Classifier classifier;
        private final NDManager owner;
        private final PixelRows pixels;
        private final PixelNorm norm = PixelNorm.of(ball.threatModel());
        private final float[][] originals;
        private final float[][] found;
        private final float[][] current;
        private final long[] labels;
        private final long[] targets;
        private int[] searching;

        Search(Classifier classifier, NDArray images, NDArray labels) {
            this.classifier = classifier;
            owner = images.getManager();
            pixels = PixelRows.of(images.getShape());
            originals = pixels.read(images);
            found = originals.clone();
            current = Arrays.stream(originals).map(float[]::clone).toArray(float[][]::new);
            this.labels = labels.toLongArray();
            Answers clean = Answers.of(classifier, images);
            targets = clean.ranked(rank);
            searching = clean.places(this.labels, false);
        }

        NDArray run() {
            for (int step = 0; step < steps && searching.length > 0; step++) {
                step();
            }
            return pixels.tensor(found, IntStream.range(0, found.length).toArray(), owner);
        }

        private void step() {
            try (NDManager scratch = owner.newSubManager()) {
                NDArray here = pixels.tensor(current, searching, scratch);
                NDArray ofLabel = ofSearching(labels, scratch);
                NDArray ofTarget = ofSearching(targets, scratch);
                LossAtImages difference = LossAtImages.of(
                        classifier, here, logits -> AttackLoss.TARGETED_DIFFERENCE.of(logits, ofLabel, ofTarget));
                float[][] slopes = pixels.read(difference.gradient());
                for (int i = 0; i < searching.length; i++) {
                    approach(searching[i], slopes[i], difference.losses()[i]);
                }
                Answers answers = Answers.of(classifier, pixels.tensor(current, searching, scratch));
                List<Integer> goingOn = new ArrayList<>();
                for (int i = 0; i < searching.length; i++) {
                    boolean passed = answers.wrong(i, labels[searching[i]]);
                    if (!passed || !endsAfterPassing(searching[i])) {
                        goingOn.add(searching[i]);
                    }
                }
                searching = goingOn.stream().mapToInt(Integer::intValue).toArray();
            }
        }

        /** x ← clip((1 − α)(x + η d) + α(x₀ + η d₀)), with d and d₀ the ways of x and of the original to the boundary. */
        private void approach(int image, float[] slope, float difference) {
            float[] x = current[image];
            float[] original = originals[image];
            double offsetOfOriginal = difference;
            for (int i = 0; i < x.length; i++) {
                offsetOfOriginal += slope[i] * (original[i] - (double) x[i]);
            }
            double[] way = HyperplaneProjection.from(x, slope, difference, norm);
            double[] wayOfOriginal = HyperplaneProjection.from(original, slope, offsetOfOriginal, norm);
            double length = Math.max(norm.length(way), SMALLEST_LENGTH);
            double lengthOfOriginal = Math.max(norm.length(wayOfOriginal), SMALLEST_LENGTH);
            double bias = Math.min(length / (length + lengthOfOriginal), LARGEST_BIAS);
            for (int i = 0; i < x.length; i++) {
                double moved =
                        (1 - bias) * (x[i] + OVERSHOOT * way[i]) + bias * (original[i] + OVERSHOOT * wayOfOriginal[i]);
                x[i] = (float) Math.max(0, Math.min(1, moved));
            }
        }

        /** Keeps a point that is labelled wrong if it is within the ball; else goes back towards the original. */
        private boolean endsAfterPassing(int image) {
            float[] x = current[image];
            float[] original = originals[image];
            if (norm.distance(x, original) <= ball.radius()) {
                found[image] = x;
                return true;
            }
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) (original[i] + BACKWARD * (x[i] - (double) original[i]));
            }
            return false;
        }

        /** (n) int64, of the images still searched for. */
        private NDArray ofSearching(long[] classes, NDManager manager) {
            return Tensors.of(manager, Rows.at(classes, searching), new Shape(searching.length));
        }
    }
}
