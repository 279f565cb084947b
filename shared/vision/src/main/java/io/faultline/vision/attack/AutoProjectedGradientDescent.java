package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.stream.IntStream;

/**
 * Auto-PGD (Croce and Hein, ICML 2020, Alg. 1): projected gradient ascent with momentum whose steps start at 2ε and shrink where an
 * image's loss has stopped rising; there it goes on from the best point so far.
 *
 * <p>An image leaves as soon as it is labelled wrong, as the point it then is at; one that never is ends at its highest loss.
 *
 * @param rank for a targeted loss: it leads to the class whose logit at the original is the {@code rank}-th largest; ignored by others
 * @param steps 0 leaves the start
 * @implNote starts at distance ε from the image, as the reference implementation does; see also {@link StepSizes}
 */
public record AutoProjectedGradientDescent(PerturbationBall ball, AttackLoss loss, int rank, int steps)
        implements Adversary {
    // α: how much of the new direction a step takes, the rest being the step before
    private static final float MOMENTUM = 0.75f;

    public AutoProjectedGradientDescent {
        if (steps < 0) {
            throw new IllegalArgumentException("steps is " + steps + "; allowed: 0 or more");
        }
        if (loss.targeted() && rank < 2) {
            throw new IllegalArgumentException("rank is " + rank + "; allowed: 2 or more, as 1 is the label itself");
        }
    }

    /** Away from the label. */
    public static AutoProjectedGradientDescent untargeted(PerturbationBall ball, AttackLoss loss, int steps) {
        if (loss.targeted()) {
            throw new IllegalArgumentException(loss + " leads to a class; say which");
        }
        return new AutoProjectedGradientDescent(ball, loss, 0, steps);
    }

    @Override
    public NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        try (NDManager attack = images.getManager().newSubManager()) {
            attack.tempAttachAll(images, labels);
            return attack.ret(ascend(classifier, images, ball.surfaceStart(images, seeds), labels));
        }
    }

    /** Takes all steps from a given start; the result belongs to the images' manager. */
    NDArray ascend(Classifier classifier, NDArray images, NDArray start, NDArray labels) {
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images, start, labels);
            Ascent ascent = new Ascent(classifier, images, start, labels, scope);
            for (int step = 0; step < steps && ascent.goesOn(); step++) {
                ascent.step(step == 0 ? 1 : MOMENTUM);
            }
            return scope.ret(ascent.end());
        }
    }

    /** The images that are still labelled right, with all that the next step needs. */
    private final class Ascent {
        private final Classifier classifier;
        private final NDManager scope;
        private final Departures departures;
        private final StepSizes sizes;
        private long[] labels;
        private long[] targets;
        private NDArray images;
        private NDArray current;
        private NDArray previous;
        private NDArray gradient;
        private NDArray best;
        private NDArray gradientAtBest;

        Ascent(Classifier classifier, NDArray images, NDArray start, NDArray labels, NDManager scope) {
            this.classifier = classifier;
            this.scope = scope;
            this.labels = labels.toLongArray();
            // a loss that is not targeted looks at no target
            targets = loss.targeted() ? Answers.of(classifier, images).ranked(rank) : new long[this.labels.length];
            departures = new Departures(scope, this.labels.length);
            this.images = images.duplicate();
            current = start.duplicate();
            previous = start.duplicate();
            best = start.duplicate();
            LossAtImages here = lossAtCurrent();
            gradient = here.gradient();
            gradientAtBest = gradient.duplicate();
            sizes = new StepSizes(ball.radius(), steps, here.losses());
            letFooledGo(here.answers());
        }

        boolean goesOn() {
            return labels.length > 0;
        }

        void step(float share) {
            move(share);
            gradient.close();
            LossAtImages here = lossAtCurrent();
            gradient = here.gradient();
            boolean[] improved = sizes.record(here.losses());
            best = overlaid(best, current, improved);
            gradientAtBest = overlaid(gradientAtBest, gradient, improved);
            letFooledGo(here.answers());
            boolean[] halved = sizes.halve();
            current = overlaid(current, best, halved);
            gradient = overlaid(gradient, gradientAtBest, halved);
        }

        NDArray end() {
            departures.leave(IntStream.range(0, labels.length).toArray(), best);
            return departures.all();
        }

        /** x ← project(x + α(project(x + η · steepest) − x) + (1 − α)(x − the x before)). */
        private void move(float share) {
            NDArray next;
            try (NDManager scratch = scope.newSubManager()) {
                scratch.tempAttachAll(images, current, previous, gradient);
                NDArray size = Tensors.of(scratch, sizes.sizes(), new Shape(labels.length, 1, 1, 1));
                NDArray ascended =
                        ball.project(ball.steepest(gradient).muli(size).addi(current), images);
                NDArray onward = ascended.subi(current).muli(share);
                NDArray inertia = current.sub(previous).muli(1 - share);
                next = ball.project(onward.addi(inertia).addi(current), images);
                next.attach(scope);
            }
            previous.close();
            previous = current;
            current = next;
        }

        private LossAtImages lossAtCurrent() {
            try (NDArray ofImages = Tensors.of(scope, labels, new Shape(labels.length));
                    NDArray aims = Tensors.of(scope, targets, new Shape(targets.length))) {
                return LossAtImages.of(classifier, current, logits -> loss.of(logits, ofImages, aims));
            }
        }

        private void letFooledGo(Answers answers) {
            int[] fooled = answers.places(labels, true);
            if (fooled.length == 0) {
                return;
            }
            departures.leave(fooled, current);
            int[] kept = Rows.others(labels.length, fooled);
            labels = Rows.at(labels, kept);
            targets = Rows.at(targets, kept);
            sizes.keep(kept);
            if (kept.length > 0) {
                images = picked(images, kept);
                current = picked(current, kept);
                previous = picked(previous, kept);
                gradient = picked(gradient, kept);
                best = picked(best, kept);
                gradientAtBest = picked(gradientAtBest, kept);
            }
        }

        private NDArray picked(NDArray array, int[] kept) {
            try (array) {
                return Rows.pick(array, kept);
            }
        }

        private NDArray overlaid(NDArray below, NDArray above, boolean[] where) {
            for (boolean any : where) {
                if (any) {
                    try (below) {
                        return Rows.mixed(where, above, below);
                    }
                }
            }
            return below;
        }
    }
}
