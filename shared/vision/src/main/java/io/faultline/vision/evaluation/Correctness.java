package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import io.faultline.report.Accuracy;
import java.util.stream.IntStream;

/** Which images of a batch a classifier labels right. */
record Correctness(boolean[] correct) {
    /**
     * @param logits (N, K)
     * @param labels (N) int64
     * @param from place of the batch's first image, for the message
     */
    static Correctness of(NDArray logits, NDArray labels, int from) {
        boolean[] correct;
        boolean finite;
        try (NDArray predicted = logits.argMax(1);
                NDArray right = predicted.eq(labels);
                NDArray sum = logits.sum()) {
            correct = right.toBooleanArray();
            finite = Float.isFinite(sum.toFloatArray()[0]);
        }
        if (!finite) {
            throw new NonFiniteLogitsException(from, from + correct.length);
        }
        return new Correctness(correct);
    }

    Accuracy accuracy() {
        return new Accuracy(places().length, correct.length);
    }

    /** Where the answer is right. */
    int[] places() {
        return IntStream.range(0, correct.length).filter(i -> correct[i]).toArray();
    }
}
