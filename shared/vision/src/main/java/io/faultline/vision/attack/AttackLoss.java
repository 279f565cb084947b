package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.Tensors;

/**
 * What an attack ascends, one number per image. Logits are (N, K), labels and targets (N) int64; the results are (N),
 * differentiable and owned by the logits' manager.
 *
 * <p>With z_π1 ≥ z_π2 ≥ … the sorted logits (Croce and Hein, ICML 2020, Sec. 5):
 */
public enum AttackLoss {
    /** −log softmax(z)_y. */
    CROSS_ENTROPY(2, false) {
        @Override
        NDArray each(NDArray logits, NDArray labels, NDArray targets) {
            return CrossEntropy.each(logits, labels);
        }
    },
    /** The difference-of-logits ratio −(z_y − max_{j≠y} z_j) / (z_π1 − z_π3): unlike cross-entropy free of the logits' scale. */
    LOGITS_RATIO(3, false) {
        @Override
        NDArray each(NDArray logits, NDArray labels, NDArray targets) {
            int classes = classes(logits);
            NDArray ofLabel = labels.oneHot(classes, DataType.FLOAT32);
            NDArray other = logits.add(ofLabel.mul(OUT)).max(new int[] {1});
            NDArray sorted = logits.sort(1); // ascending
            NDArray scale = sorted.get(":, {}", classes - 1).sub(sorted.get(":, {}", classes - 3));
            return other.sub(ofClasses(logits, labels)).div(scale.add(SMALLEST_SCALE));
        }
    },
    /** The same towards a class t: −(z_y − z_t) / (z_π1 − (z_π3 + z_π4)/2). */
    TARGETED_LOGITS_RATIO(4, true) {
        @Override
        NDArray each(NDArray logits, NDArray labels, NDArray targets) {
            int classes = classes(logits);
            NDArray sorted = logits.sort(1); // ascending
            NDArray lower = sorted.get(":, {}", classes - 3).add(sorted.get(":, {}", classes - 4));
            NDArray scale = sorted.get(":, {}", classes - 1).sub(Tensors.times(lower, 0.5));
            return TARGETED_DIFFERENCE.each(logits, labels, targets).div(scale.add(SMALLEST_SCALE));
        }
    },
    /** z_t − z_y: what is left of the ratio where there are too few classes for it. */
    TARGETED_DIFFERENCE(2, true) {
        @Override
        NDArray each(NDArray logits, NDArray labels, NDArray targets) {
            return ofClasses(logits, targets).sub(ofClasses(logits, labels));
        }
    };

    // added to the label's logit to take it out of the maximum; far outside any logit's range
    private static final float OUT = -1e30f;
    // keeps equal logits from a division by zero, as in the reference AutoAttack
    private static final float SMALLEST_SCALE = 1e-12f;

    private final int fewestClasses;
    private final boolean targeted;

    AttackLoss(int fewestClasses, boolean targeted) {
        this.fewestClasses = fewestClasses;
        this.targeted = targeted;
    }

    /** How many classes the formula needs. */
    public int fewestClasses() {
        return fewestClasses;
    }

    /** Whether it leads to one class, or away from the label. */
    public boolean targeted() {
        return targeted;
    }

    abstract NDArray each(NDArray logits, NDArray labels, NDArray targets);

    /**
     * The loss of each image.
     *
     * @param targets ignored by a loss that is not targeted
     * @throws IllegalArgumentException if there are fewer classes than the formula needs
     */
    public NDArray of(NDArray logits, NDArray labels, NDArray targets) {
        if (classes(logits) < fewestClasses) {
            throw new IllegalArgumentException("the network has " + classes(logits) + " classes; " + this
                    + " needs at least " + fewestClasses + ": use another loss, such as " + CROSS_ENTROPY);
        }
        NDManager owner = logits.getManager();
        try (NDManager scratch = owner.newSubManager()) {
            scratch.tempAttachAll(logits, labels, targets);
            return scratch.ret(each(logits, labels, targets));
        }
    }

    private static int classes(NDArray logits) {
        return Math.toIntExact(logits.getShape().get(1));
    }

    /** z_k for each image's own k. */
    private static NDArray ofClasses(NDArray logits, NDArray classes) {
        return logits.gather(classes.reshape(-1, 1), 1).reshape(-1);
    }
}
