package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;

/**
 * Attacked images stored as plain numbers, read back and scored once more: who they fooled before, they must fool again. Where not,
 * the classifier draws something, or the attack scored it in another mode.
 */
final class Rescoring {
    // another layout in memory, or other images beside it, may move a logit by this share: no answer is held to be
    // changed that
    // was that close to being another
    private static final double ROUNDING = 1e-4;

    private Rescoring() {}

    /** @return how many answers are right that were wrong, or wrong that were right, by more than rounding */
    static int changed(Classifier classifier, NDArray attacked, NDArray labels, boolean[] right, int from) {
        Shape shape = attacked.getShape();
        try (NDManager scratch = attacked.getManager().newSubManager()) {
            NDArray again = Tensors.of(scratch, attacked.toFloatArray(), shape);
            NDArray logits = classifier.logits(again);
            boolean[] rightAgain = Correctness.of(logits, labels, from).correct();
            float[] values = logits.toFloatArray();
            int classes = values.length / right.length;
            int changed = 0;
            for (int i = 0; i < right.length; i++) {
                if (right[i] != rightAgain[i] && !close(values, i * classes, classes)) {
                    changed++;
                }
            }
            return changed;
        }
    }

    /** Whether the two largest logits are the same but for rounding. */
    private static boolean close(float[] logits, int start, int classes) {
        double first = Double.NEGATIVE_INFINITY;
        double second = Double.NEGATIVE_INFINITY;
        double size = 0;
        for (int i = start; i < start + classes; i++) {
            size = Math.max(size, Math.abs(logits[i]));
            second = Math.max(second, Math.min(first, logits[i]));
            first = Math.max(first, logits[i]);
        }
        return first - second <= ROUNDING * size;
    }
}
