package io.faultline.vision.training;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.report.Accuracy;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import java.util.LinkedHashMap;
import java.util.Map;

/** The best weights that a training was measured with so far: of equal ones the earliest. Owns their memory. */
final class SelectedWeights implements AutoCloseable {
    private static final String WEIGHT = "selected.";
    private static final String EPOCH = "selected.epoch";
    private static final String CORRECT = "selected.correct";
    private static final String TOTAL = "selected.total";
    private static final String FRUITLESS = "selected.fruitless";
    private static final String MEASURED = "selected.measured";

    private final NDManager manager;
    private int epoch;
    private Accuracy accuracy = new Accuracy(0, 0);
    private int fruitless;
    private int measuredEpoch;
    private StateDict weights; // null until something was measured

    SelectedWeights(NDManager parent) {
        manager = parent.newSubManager();
    }

    /**
     * Keeps a copy of the weights if they are better than all before.
     *
     * @param candidateEpoch counted from 1
     * @throws IllegalStateException if this epoch or a later one was measured already
     */
    void offer(int candidateEpoch, Accuracy measured, StateDict candidate) {
        if (candidateEpoch <= measuredEpoch) {
            throw new IllegalStateException("epoch " + candidateEpoch + " cannot be measured after epoch "
                    + measuredEpoch + "; measure each once, in their order");
        }
        if (!none() && measured.total() != accuracy.total()) {
            throw new IllegalArgumentException("epoch " + candidateEpoch + " was measured on " + measured.total()
                    + " images and epoch " + epoch + " on " + accuracy.total() + "; measure all on the same ones");
        }
        measuredEpoch = candidateEpoch;
        if (!none() && measured.correct() <= accuracy.correct()) {
            fruitless++;
            return;
        }
        if (!none()) {
            weights.close();
        }
        weights = candidate.copy(manager);
        epoch = candidateEpoch;
        accuracy = measured;
        fruitless = 0;
    }

    boolean none() {
        return epoch == 0;
    }

    /** From 1; 0 before the first measurement. */
    int epoch() {
        return epoch;
    }

    /** The last one that was measured, from 1; 0 before the first. */
    int measuredEpoch() {
        return measuredEpoch;
    }

    /** Measurements since the best. */
    int fruitless() {
        return fruitless;
    }

    StateDict weights() {
        return weights;
    }

    Map<String, Safetensors.Tensor> export() {
        Map<String, Safetensors.Tensor> exported = new LinkedHashMap<>();
        if (!none()) {
            weights.export().forEach((name, tensor) -> exported.put(WEIGHT + name, tensor));
        }
        return exported;
    }

    Map<String, String> metadata() {
        return none()
                ? Map.of()
                : Map.of(
                        EPOCH,
                        Integer.toString(epoch),
                        CORRECT,
                        Long.toString(accuracy.correct()),
                        TOTAL,
                        Long.toString(accuracy.total()),
                        FRUITLESS,
                        Integer.toString(fruitless),
                        MEASURED,
                        Integer.toString(measuredEpoch));
    }

    void restore(NormalizedNetwork network, KeptState file) {
        if (!file.has(EPOCH)) {
            return;
        }
        weights = network.load(file.tensorsUnder(WEIGHT), manager);
        epoch = (int) file.count(EPOCH);
        accuracy = new Accuracy(file.count(CORRECT), file.count(TOTAL));
        fruitless = (int) file.count(FRUITLESS);
        measuredEpoch = (int) file.count(MEASURED);
    }

    @Override
    public void close() {
        manager.close();
    }
}
