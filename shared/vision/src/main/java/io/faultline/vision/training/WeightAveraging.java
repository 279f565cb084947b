package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.faultline.vision.network.StateDict;

/**
 * An exponential moving average of the weights (Izmailov et al., UAI 2018, in the form of Gowal et al., 2020), which is what is
 * measured and stored: a ← d_t · a + (1 − d_t) · w after each step t, with d_t = min(d, (1 + t) / (10 + t)), so that the random
 * start is soon forgotten.
 *
 * <p>Running statistics are averaged the same way, so that they fit weights of the same age; counters are copied.
 *
 * @param decay d, from 0 (no average: the weights themselves) to below 1
 */
public record WeightAveraging(double decay) {
    /** The weights themselves. */
    public static final WeightAveraging NONE = new WeightAveraging(0);

    private static final double RAMP = 10;

    public WeightAveraging {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("decay is " + decay + "; allowed: 0 to below 1");
        }
    }

    boolean active() {
        return decay > 0;
    }

    /** d_t. */
    double decay(long step) {
        return Math.min(decay, (1 + step) / (RAMP + step));
    }

    /**
     * Moves the average.
     *
     * @param step of the whole training, counted from 0
     */
    void update(StateDict average, StateDict weights, long step) {
        float towards = (float) (1 - decay(step));
        for (String name : weights.names()) {
            NDArray weight = weights.get(name);
            if (weight.getDataType() == DataType.FLOAT32) {
                NDArray averaged = average.get(name);
                try (NDArray difference = weight.sub(averaged)) {
                    averaged.addi(difference.muli(towards));
                }
            } else {
                average.put(name, weight);
            }
        }
    }
}
