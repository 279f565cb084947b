package io.faultline.vision.training;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.report.Accuracy;
import io.faultline.vision.network.StateDict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a training carries from one step to the next: weights, what the optimiser remembers, the average and the best
 * weights where the plan has such, the counts of epochs and steps, and what the epoch has added up to so far. Data order,
 * augmentation, attacks and learning rate follow from the plan and the counts.
 *
 * <p>Owns its memory, weights included.
 */
public final class TrainingState implements AutoCloseable {
    private static final String EPOCHS_DONE = "epochsDone";
    private static final String WEIGHT = "model.";
    private static final String AVERAGE = "average.";

    private final TrainingPlan plan;
    private final StateDict weights;
    private final StateDict average;
    private final Optimizer optimizer;
    private final SelectedWeights best;
    private int epochsDone;
    private EpochTally tally = EpochTally.EMPTY;

    private TrainingState(TrainingPlan plan, StateDict weights, StateDict average, NDManager parent) {
        this.plan = plan;
        this.weights = weights;
        this.average = average;
        optimizer = plan.steps().optimizer().create(parent);
        best = new SelectedWeights(parent);
    }

    /** The start of a training. */
    public static TrainingState start(TrainingPlan plan, StateDict weights, NDManager parent) {
        StateDict own = weights.copy(parent);
        return new TrainingState(plan, own, plan.averaging().active() ? weights.copy(parent) : own, parent);
    }

    /**
     * A state that was kept.
     *
     * @throws InvalidCheckpointException if the file holds no state of this plan's network and optimiser
     */
    public static TrainingState restore(TrainingPlan plan, Safetensors file, NDManager parent) {
        KeptState kept = new KeptState(file);
        int epochsDone = (int) kept.count(EPOCHS_DONE);
        EpochTally tally = EpochTally.restore(kept);
        StateDict weights = plan.network().load(kept.tensorsUnder(WEIGHT), parent);
        StateDict average =
                plan.averaging().active() ? plan.network().load(kept.tensorsUnder(AVERAGE), parent) : weights;
        TrainingState state = new TrainingState(plan, weights, average, parent);
        try {
            boolean moved = epochsDone > 0 || tally.steps() > 0;
            state.optimizer.restore(file.tensors(), moved ? plan.trained() : List.of());
            state.best.restore(plan.network(), kept);
        } catch (InvalidCheckpointException e) {
            state.close();
            throw e;
        }
        state.epochsDone = epochsDone;
        state.tally = tally;
        return state;
    }

    /**
     * The state as a file, from which {@link #restore} goes on bit for bit.
     *
     * @param metadata what else to keep beside it
     */
    public Safetensors export(Map<String, String> metadata) {
        Map<String, String> all = new TreeMap<>(metadata);
        all.put(EPOCHS_DONE, Integer.toString(epochsDone));
        all.putAll(tally.metadata());
        all.putAll(best.metadata());
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        weights.export().forEach((name, tensor) -> tensors.put(WEIGHT + name, tensor));
        if (plan.averaging().active()) {
            average.export().forEach((name, tensor) -> tensors.put(AVERAGE + name, tensor));
        }
        tensors.putAll(optimizer.export());
        tensors.putAll(best.export());
        return new Safetensors(all, tensors);
    }

    /** The weights that are trained, as they are now. */
    public StateDict weights() {
        return weights;
    }

    /** The weights to measure: the average where the plan has one, else those that are trained. */
    public StateDict averaged() {
        return average;
    }

    /** The weights that the training ends with: the best that were measured, or those to measure where nothing was. */
    public StateDict selected() {
        return best.none() ? averaged() : best.weights();
    }

    /** The epoch of {@link #selected()}, counted from 1; before the first measurement the last whole one. */
    public int selectedEpoch() {
        return best.none() ? epochsDone : best.epoch();
    }

    public int epochsDone() {
        return epochsDone;
    }

    /** Optimiser steps of the epoch that has begun; 0 between two epochs. */
    public int stepsDone() {
        return tally.steps();
    }

    /**
     * Whether the plan wants {@link #averaged()} measured now, and {@link #measured} told: to be asked before {@link #finished()},
     * after each epoch and after a restart.
     */
    public boolean measurementDue() {
        return tally.steps() == 0
                && epochsDone > best.measuredEpoch()
                && plan.selection().due(epochsDone, plan.epochs());
    }

    /**
     * Takes what {@link #averaged()} reached on what the plan selects by.
     *
     * @throws IllegalStateException if this epoch was measured already
     */
    public void measured(Accuracy accuracy) {
        best.offer(epochsDone, accuracy, average);
    }

    /** Whether no epoch is left, or the patience is used up. */
    public boolean finished() {
        int patience = plan.selection().patience();
        return epochsDone >= plan.epochs() || (patience > 0 && best.fruitless() >= patience);
    }

    Optimizer optimizer() {
        return optimizer;
    }

    EpochTally tally() {
        return tally;
    }

    /** The optimiser has taken a step. */
    void stepped(StepResult result, long step) {
        if (plan.averaging().active()) {
            plan.averaging().update(average, weights, step);
        }
        tally = tally.plus(result);
    }

    void spent(double seconds) {
        tally = tally.after(seconds);
    }

    void epochDone() {
        epochsDone++;
        tally = EpochTally.EMPTY;
    }

    @Override
    public void close() {
        weights.close();
        average.close();
        optimizer.close();
        best.close();
    }
}
