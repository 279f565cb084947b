package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.vision.batch.Augmentation;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.batch.UnsuitableImagesException;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.StateDict;
import java.util.Arrays;

/**
 * Trains a network, epoch by epoch. An epoch is a function of the plan, the data and the state before it: run again, or after a
 * restart, it gives the same bits, on the same machine with the same number of threads.
 *
 * @implNote the last, smaller batch of an epoch is trained on as PyTorch's loader does by default, unless it is a single image, of
 *     which a batch norm has no statistics
 */
public final class TrainingLoop {
    private static final double NANOS = 1e9;

    private final TrainingPlan plan;
    private final ImageBatches data;
    private final Augmentation augmentation;
    private final Seed orderSeed;
    private final Seed attackSeed;
    private final LearningRateSchedule schedule;
    private final NDManager manager;

    /**
     * @param manager parent of the memory that steps take
     * @throws UnsuitableImagesException if the images cannot be trained on
     */
    public TrainingLoop(TrainingPlan plan, LabeledImages images, NDManager manager) {
        this.plan = plan;
        this.manager = manager;
        data = ImageBatches.of(images);
        if (data.images() < 2) {
            throw new UnsuitableImagesException("there is one image to train on; at least two are needed");
        }
        augmentation = Augmentation.of(plan.augmentation(), plan.seed().derive("augmentation"));
        orderSeed = plan.seed().derive("order");
        attackSeed = plan.seed().derive("attack");
        schedule = LearningRateSchedule.of(plan.schedule(), plan.sgd().learningRate(), plan.epochs(), stepsPerEpoch());
    }

    /** Optimiser steps of an epoch. */
    public int stepsPerEpoch() {
        int whole = data.images() / plan.batchSize();
        return data.images() % plan.batchSize() > 1 ? whole + 1 : whole;
    }

    /** Images that an epoch trains on. */
    public int imagesPerEpoch() {
        return Math.min(data.images(), stepsPerEpoch() * plan.batchSize());
    }

    /**
     * Runs the state's next epoch and moves the state there.
     *
     * @throws NonFiniteLossException if a step's loss is NaN or infinite; the state is of no more use then
     */
    public EpochResult runEpoch(TrainingState state, TrainingListener listener) {
        long start = System.nanoTime();
        int epoch = state.epochsDone();
        int[] order = data.order(orderSeed, epoch);
        Seed attacks = attackSeed.derive(epoch);
        Tally tally = new Tally();
        double rate = 0;
        for (int step = 0; step < stepsPerEpoch(); step++) {
            int from = step * plan.batchSize();
            int[] places = Arrays.copyOfRange(order, from, Math.min(from + plan.batchSize(), order.length));
            rate = schedule.rate((long) epoch * stepsPerEpoch() + step);
            StepResult result = step(state, places, rate, attacks.derive(step), listener);
            if (!Double.isFinite(result.loss())) {
                throw new NonFiniteLossException(result.loss(), epoch + 1, step + 1, tally.lastLoss);
            }
            tally.add(result);
            listener.stepped(places.length, result.loss());
        }
        state.epochDone();
        return new EpochResult(
                state.epochsDone(),
                rate,
                tally.lossSum / tally.images,
                new Accuracy(tally.correct, tally.images),
                (System.nanoTime() - start) / NANOS);
    }

    private StepResult step(
            TrainingState state, int[] places, double rate, Seed attackSeed, TrainingListener listener) {
        try (NDManager scope = manager.newSubManager()) {
            ImageBatch batch = data.load(places, augmentation, state.epochsDone(), scope);
            NDArray images = plan.risk().images(watched(state.weights(), scope, listener), batch, attackSeed);
            listener.computing();
            NDList measured = new NDList();
            try (Gradients gradients = Gradients.of(scope, state.weights(), plan.trained(), weights -> {
                NDArray logits = plan.network().logits(weights, images, plan.batchNorms());
                measured.add(logits);
                return CrossEntropy.mean(logits, batch.labels());
            })) {
                StepResult result = measure(gradients.loss(), measured.singletonOrThrow(), batch.labels());
                if (Double.isFinite(result.loss())) {
                    update(state, gradients, rate, scope);
                }
                return result;
            }
        }
    }

    /** The network as an attack sees it; its weights do not move during the attack, so its batch norms can be folded. */
    private Classifier watched(StateDict weights, NDManager scope, TrainingListener listener) {
        return switch (plan.risk().objective()) {
            case ERM -> plan.network().classifier(weights);
            default -> {
                Classifier folded = plan.network().folded(weights, scope);
                yield images -> {
                    listener.computing();
                    return folded.logits(images);
                };
            }
        };
    }

    private void update(TrainingState state, Gradients gradients, double rate, NDManager scope) {
        if (plan.sgd().clipNorm() != null) {
            GradientNormClipping.clip(gradients.all().values(), plan.sgd().clipNorm(), scope);
        }
        state.optimizer().step(state.weights(), gradients, rate);
    }

    /** Reads loss and count in one go, the only time that a step waits for the device. */
    private static StepResult measure(NDArray loss, NDArray logits, NDArray labels) {
        NDArray correct =
                logits.argMax(1).eq(labels).toType(DataType.FLOAT32, false).sum();
        float[] values = NDArrays.stack(new NDList(loss, correct)).toFloatArray();
        return new StepResult(values[0], Math.round(values[1]), Math.toIntExact(labels.size()));
    }

    private record StepResult(double loss, int correct, int images) {}

    /** What the steps of an epoch add up to. */
    private static final class Tally {
        private double lossSum;
        private long correct;
        private long images;
        private double lastLoss = Double.NaN;

        void add(StepResult step) {
            lossSum += step.loss() * step.images();
            correct += step.correct();
            images += step.images();
            lastLoss = step.loss();
        }
    }
}
