package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.vision.ComputeDevices;
import io.faultline.vision.batch.Augmentation;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.batch.UnsuitableImagesException;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.Shares;
import io.faultline.vision.network.Tensors;
import io.faultline.vision.network.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains a network, step by step and epoch by epoch. A step is a function of the plan, the data and the state before it: run again,
 * or after a restart, it gives the same bits, on the same machine with the same devices and number of threads.
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
    private final ComputeDevices devices;
    private final NDManager manager;
    private final List<String> layers;
    private final List<String> buffers;

    /**
     * On the manager's device.
     *
     * @param manager parent of the memory that steps take
     * @throws UnsuitableImagesException if the images cannot be trained on
     */
    public TrainingLoop(TrainingPlan plan, LabeledImages images, NDManager manager) {
        this(plan, images, ComputeDevices.of(manager), manager);
    }

    /**
     * On several devices, among which each batch is divided after it has been augmented and mixed. Weights follow one device's but for
     * rounding, unless batches are normalised by their own statistics: then each share is normalised by the share's.
     *
     * @param devices the manager's first
     * @param manager parent of the memory that steps take
     * @throws UnsuitableImagesException if the images cannot be trained on
     */
    public TrainingLoop(TrainingPlan plan, LabeledImages images, ComputeDevices devices, NDManager manager) {
        if (!devices.devices().get(0).equals(manager.getDevice())) {
            throw new IllegalArgumentException("the manager is on " + manager.getDevice() + " and the devices are "
                    + devices.names() + "; open it by them");
        }
        this.plan = plan;
        this.devices = devices;
        this.manager = manager;
        data = ImageBatches.of(images);
        if (data.images() < 2) {
            throw new UnsuitableImagesException("there is one image to train on; at least two are needed");
        }
        augmentation = Augmentation.of(plan.augmentation(), plan.seed().derive("augmentation"));
        orderSeed = plan.seed().derive("order");
        attackSeed = plan.seed().derive("attack");
        schedule = LearningRateSchedule.of(
                plan.steps().schedule(), plan.steps().optimizer().learningRate(), plan.epochs(), stepsPerEpoch());
        layers = plan.layers();
        buffers = plan.network().buffers();
    }

    /** Optimiser steps of an epoch. */
    public int stepsPerEpoch() {
        int accumulation = plan.steps().accumulation();
        return (batchesPerEpoch() + accumulation - 1) / accumulation;
    }

    /** Images that an epoch trains on. */
    public int imagesPerEpoch() {
        return Math.min(data.images(), batchesPerEpoch() * plan.batchSize());
    }

    private int batchesPerEpoch() {
        int whole = data.images() / plan.batchSize();
        return data.images() % plan.batchSize() > 1 ? whole + 1 : whole;
    }

    /**
     * Runs the state's next epoch, or what is left of it, and moves the state there.
     *
     * @throws NonFiniteLossException if a step's loss is NaN or infinite; the state is of no more use then
     */
    public EpochResult runEpoch(TrainingState state, TrainingListener listener) {
        return run(state, listener, Pause.NEVER)
                .orElseThrow(() -> new IllegalStateException("an epoch without a pause did not come to its end"));
    }

    /**
     * Runs the state's next epoch, or what is left of it, until it ends or pauses, and moves the state there. Between two calls the
     * state may be exported, and gone on with after a restart, to the same bits.
     *
     * @return what the epoch measured; empty if it has paused before its last step
     * @throws NonFiniteLossException if a step's loss is NaN or infinite; the state is of no more use then
     */
    public Optional<EpochResult> run(TrainingState state, TrainingListener listener, Pause pause) {
        if (state.stepsDone() >= stepsPerEpoch()) {
            throw new IllegalArgumentException("the state is at step " + state.stepsDone() + " of an epoch that has "
                    + stepsPerEpoch() + "; it belongs to other data or another batch size");
        }
        long start = System.nanoTime();
        int epoch = state.epochsDone();
        int[] order = data.order(orderSeed, epoch);
        boolean paused = false;
        try (BatchPrefetch batches = new BatchPrefetch(
                (batch, scope) -> data.load(places(order, batch), augmentation, epoch, scope),
                state.stepsDone() * plan.steps().accumulation(),
                batchesPerEpoch(),
                manager)) {
            while (!paused && state.stepsDone() < stepsPerEpoch()) {
                long step = globalStep(state);
                StepResult result = step(state, batches, step, listener);
                if (!Double.isFinite(result.loss())) {
                    throw new NonFiniteLossException(
                            result.loss(),
                            epoch + 1,
                            state.stepsDone() + 1,
                            state.tally().lastLoss());
                }
                state.stepped(result, step);
                listener.stepped(result.images(), result.loss());
                paused = pause.after(step + 1);
            }
        } finally {
            state.spent((System.nanoTime() - start) / NANOS);
        }
        return state.stepsDone() < stepsPerEpoch() ? Optional.empty() : Optional.of(ended(state));
    }

    private EpochResult ended(TrainingState state) {
        EpochTally tally = state.tally();
        double rate = schedule.rate(globalStep(state) - 1);
        state.epochDone();
        return new EpochResult(
                state.epochsDone(),
                rate,
                tally.lossSum() / tally.images(),
                new Accuracy(tally.correct(), tally.images()),
                tally.seconds());
    }

    private long globalStep(TrainingState state) {
        return (long) state.epochsDone() * stepsPerEpoch() + state.stepsDone();
    }

    private int[] places(int[] order, int batch) {
        int from = batch * plan.batchSize();
        return Arrays.copyOfRange(order, from, Math.min(from + plan.batchSize(), order.length));
    }

    private StepResult step(TrainingState state, BatchPrefetch batches, long step, TrainingListener listener) {
        int accumulation = plan.steps().accumulation();
        int first = state.stepsDone() * accumulation;
        int end = Math.min(first + accumulation, batchesPerEpoch());
        int images = Math.min(end * plan.batchSize(), data.images()) - first * plan.batchSize();
        Seed attacks = attackSeed.derive(state.epochsDone());
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> sum = new LinkedHashMap<>();
            StepResult result = StepResult.NONE;
            for (int batch = first; batch < end && Double.isFinite(result.lossSum()); batch++) {
                try (BatchPrefetch.Prepared prepared = batches.next()) {
                    BatchStep turn = new BatchStep(state, prepared, attacks.derive(batch), listener);
                    result = result.plus(turn.differentiate(images, sum, scope));
                }
            }
            if (Double.isFinite(result.lossSum())) {
                update(state, sum, schedule.rate(step), scope);
            }
            return result;
        }
    }

    private void update(TrainingState state, Map<String, NDArray> gradients, double rate, NDManager scope) {
        if (plan.steps().clipNorm() < Double.POSITIVE_INFINITY) {
            GradientNormClipping.clip(gradients.values(), plan.steps().clipNorm(), scope);
        }
        state.optimizer().step(state.weights(), gradients, rate);
    }

    /** What happens to one batch: attack, perturbation of the weights, loss, gradients. */
    private final class BatchStep implements Learner {
        private final TrainingState state;
        private final NDManager scope;
        private final ImageBatch batch;
        private final Seed attackSeed;
        private final TrainingListener listener;
        private final Replicas replicas;
        private final List<Classifier> folded = new ArrayList<>(1);
        private boolean statisticsMove = plan.batchNorms() == BatchNormMode.BATCH_STATISTICS;

        BatchStep(TrainingState state, BatchPrefetch.Prepared prepared, Seed attackSeed, TrainingListener listener) {
            this.state = state;
            this.attackSeed = attackSeed;
            this.listener = listener;
            scope = prepared.scope();
            batch = prepared.batch();
            Shares shares = Shares.of(batch.size(), devices.devices().size());
            replicas = new Replicas(state.weights(), shares, devices.devices(), scope);
        }

        /**
         * Adds the batch's gradients to those of the step's other batches.
         *
         * @param images of all of them
         * @param sum by the weights' names; the gradients of the images' mean loss, once all are added
         * @param owner of the sum
         */
        StepResult differentiate(int images, Map<String, NDArray> sum, NDManager owner) {
            listener.computing();
            Targets targets = Targets.of(batch, plan.loss().labelSmoothing());
            NDArray attacked = plan.loss().risk().attack(this, batch.images(), targets, attackSeed);
            NDList logits = new NDList();
            List<Weights> point = point(attacked, targets);
            try (Gradients gradients = Gradients.ofReplicas(scope, point, plan.trained(), weights -> {
                BatchLoss loss = loss(weights, attacked, targets);
                logits.add(loss.logits());
                return penalized(loss.value(), weights.get(0));
            })) {
                if (statisticsMove) {
                    replicas.merge(buffers);
                }
                StepResult result = measure(gradients.loss(), logits.singletonOrThrow(), targets.labels());
                gradients.all().forEach((name, gradient) -> {
                    if (batch.size() < images) {
                        gradient.muli((float) batch.size() / images);
                    }
                    if (sum.containsKey(name)) {
                        sum.get(name).addi(gradient);
                    } else {
                        gradient.attach(owner);
                        sum.put(name, gradient);
                    }
                });
                return result;
            }
        }

        /** The weights at which the gradients are taken, on each device. */
        private List<Weights> point(NDArray attacked, Targets targets) {
            WeightPerturbation perturbation = plan.loss().weightPerturbation();
            return perturbation.active(state.epochsDone())
                    ? perturbation.perturbed(
                            replicas.weights(),
                            layers,
                            buffers,
                            w -> loss(w, attacked, targets).value(),
                            scope)
                    : replicas.weights();
        }

        private BatchLoss loss(List<Weights> weights, NDArray attacked, Targets targets) {
            Classifier network = replicas.classifier(
                    weights, (own, memory) -> images -> plan.network().logits(own, images, plan.batchNorms()));
            return plan.loss().risk().loss(network::logits, batch.images(), attacked, targets);
        }

        private NDArray penalized(NDArray loss, Weights weights) {
            if (plan.loss().orthogonality() == 0) {
                return loss;
            }
            try (NDArray penalty = Orthogonality.penalty(weights, layers);
                    NDArray weighted = Tensors.times(penalty, plan.loss().orthogonality())) {
                return loss.add(weighted);
            }
        }

        @Override
        public int classes() {
            return plan.network().spec().classes();
        }

        /** Folded at the first call. */
        @Override
        public Classifier settled() {
            if (folded.isEmpty()) {
                folded.add(replicas.classifier(plan.network()::folded));
            }
            return heard(folded.get(0));
        }

        @Override
        public Classifier moving() {
            statisticsMove = true;
            return heard(replicas.classifier(
                    (own, memory) -> images -> plan.network().logits(own, images, BatchNormMode.BATCH_STATISTICS)));
        }

        private Classifier heard(Classifier classifier) {
            return images -> {
                listener.computing();
                return classifier.logits(images);
            };
        }

        /** Reads loss and count in one go, the only time that a batch waits for the device. */
        private static StepResult measure(NDArray loss, NDArray logits, NDArray labels) {
            NDArray correct =
                    logits.argMax(1).eq(labels).toType(DataType.FLOAT32, false).sum();
            float[] values = NDArrays.stack(new NDList(loss, correct)).toFloatArray();
            return StepResult.of(values[0], Math.round(values[1]), Math.toIntExact(labels.size()));
        }
    }
}
