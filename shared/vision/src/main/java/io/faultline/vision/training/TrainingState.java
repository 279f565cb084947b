package io.faultline.vision.training;

import ai.djl.ndarray.NDManager;
import io.faultline.vision.network.InvalidCheckpointException;
import io.faultline.vision.network.Safetensors;
import io.faultline.vision.network.StateDict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a training carries from one epoch to the next: weights, momentum and the count of epochs. Data order,
 * augmentation, attacks and learning rate follow from the plan and that count.
 *
 * <p>Owns its memory, weights included.
 */
public final class TrainingState implements AutoCloseable {
    private static final String EPOCHS_DONE = "epochsDone";
    private static final String WEIGHT = "model.";
    private static final String MOMENTUM = "momentum.";

    private final StateDict weights;
    private final MomentumSgd optimizer;
    private int epochsDone;

    private TrainingState(StateDict weights, MomentumSgd optimizer, int epochsDone) {
        this.weights = weights;
        this.optimizer = optimizer;
        this.epochsDone = epochsDone;
    }

    /** The start of a training. */
    public static TrainingState start(TrainingPlan plan, StateDict weights, NDManager parent) {
        return new TrainingState(weights.copy(parent), new MomentumSgd(plan.sgd(), parent), 0);
    }

    /**
     * A state that was kept.
     *
     * @throws InvalidCheckpointException if the file holds no state of this plan's network
     */
    public static TrainingState restore(TrainingPlan plan, Safetensors file, NDManager parent) {
        int epochsDone;
        try {
            epochsDone = Integer.parseInt(file.metadata().getOrDefault(EPOCHS_DONE, "missing"));
        } catch (NumberFormatException e) {
            throw new InvalidCheckpointException(
                    "'" + EPOCHS_DONE + "' is " + file.metadata().get(EPOCHS_DONE) + "; expected a count", e);
        }
        MomentumSgd optimizer = new MomentumSgd(plan.sgd(), parent);
        optimizer.restore(under(MOMENTUM, file.tensors()));
        return new TrainingState(plan.network().load(under(WEIGHT, file.tensors()), parent), optimizer, epochsDone);
    }

    /**
     * The state as a file, from which {@link #restore} goes on bit for bit.
     *
     * @param metadata what else to keep beside it
     */
    public Safetensors export(Map<String, String> metadata) {
        Map<String, String> all = new TreeMap<>(metadata);
        all.put(EPOCHS_DONE, Integer.toString(epochsDone));
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        weights.export().forEach((name, tensor) -> tensors.put(WEIGHT + name, tensor));
        optimizer.export().forEach((name, tensor) -> tensors.put(MOMENTUM + name, tensor));
        return new Safetensors(all, tensors);
    }

    public StateDict weights() {
        return weights;
    }

    public int epochsDone() {
        return epochsDone;
    }

    MomentumSgd optimizer() {
        return optimizer;
    }

    void epochDone() {
        epochsDone++;
    }

    private static Map<String, Safetensors.Tensor> under(String prefix, Map<String, Safetensors.Tensor> tensors) {
        Map<String, Safetensors.Tensor> chosen = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                chosen.put(name.substring(prefix.length()), tensor);
            }
        });
        return chosen;
    }

    @Override
    public void close() {
        weights.close();
        optimizer.close();
    }
}
