package io.faultline.vision.training;

import ai.djl.ndarray.NDManager;
import io.faultline.report.Accuracy;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.Safetensors;
import io.faultline.vision.network.StateDict;
import java.util.LinkedHashMap;
import java.util.Map;

/** The best weights that a training was measured with so far: of equal ones the earliest. Owns their memory. */
final class SelectedWeights implements AutoCloseable {
    private static final String WEIGHT = "best.";
    private static final String EPOCH = "bestEpoch";
    private static final String CORRECT = "bestCorrect";
    private static final String TOTAL = "bestTotal";
    private static final String FRUITLESS = "measurementsSinceBest";

    private final NDManager manager;
    private int epoch;
    private Accuracy accuracy = new Accuracy(0, 0);
    private int fruitless;
    private StateDict weights; // null until something was measured

    SelectedWeights(NDManager parent) {
        manager = parent.newSubManager();
    }

    /**
     * Keeps a copy of the weights if they are better than all before.
     *
     * @param measuredEpoch counted from 1
     */
    void offer(int measuredEpoch, Accuracy measured, StateDict candidate) {
        if (!none() && measured.total() != accuracy.total()) {
            throw new IllegalArgumentException("epoch " + measuredEpoch + " was measured on " + measured.total()
                    + " images and epoch " + epoch + " on " + accuracy.total() + "; measure all on the same ones");
        }
        if (!none() && measured.correct() <= accuracy.correct()) {
            fruitless++;
            return;
        }
        if (!none()) {
            weights.close();
        }
        weights = candidate.copy(manager);
        epoch = measuredEpoch;
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
                        Integer.toString(fruitless));
    }

    void restore(NormalizedNetwork network, KeptState file) {
        if (!file.has(EPOCH)) {
            return;
        }
        weights = network.load(file.tensorsUnder(WEIGHT), manager);
        epoch = (int) file.count(EPOCH);
        accuracy = new Accuracy(file.count(CORRECT), file.count(TOTAL));
        fruitless = (int) file.count(FRUITLESS);
    }

    @Override
    public void close() {
        manager.close();
    }
}
