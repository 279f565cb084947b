package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import io.faultline.vision.network.Classifier;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What a classifier says to a batch of images, as Java numbers.
 *
 * @param logits (N, K), row by row; not copied
 */
record Answers(float[] logits, int classes) {
    static Answers of(Classifier classifier, NDArray images) {
        try (NDArray logits = classifier.logits(images)) {
            return of(logits);
        }
    }

    static Answers of(NDArray logits) {
        return new Answers(
                logits.toFloatArray(), Math.toIntExact(logits.getShape().get(1)));
    }

    boolean wrong(int image, long label) {
        int predicted = 0;
        for (int k = 1; k < classes; k++) {
            predicted = logit(image, k) > logit(image, predicted) ? k : predicted;
        }
        return predicted != label;
    }

    /** The images that are labelled wrong, or right. */
    int[] places(long[] labels, boolean wrong) {
        return IntStream.range(0, labels.length)
                .filter(i -> wrong(i, labels[i]) == wrong)
                .toArray();
    }

    /** z_y − max_{j≠y} z_j: how safely the answer is the label. */
    float margin(int image, long label) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            if (k != label) {
                largest = Math.max(largest, logit(image, k));
            }
        }
        return logit(image, (int) label) - largest;
    }

    /** For each image the class whose logit is the {@code rank}-th largest, from 1; of equal ones the first. */
    long[] ranked(int rank) {
        return IntStream.range(0, logits.length / classes)
                .mapToLong(image -> IntStream.range(0, classes)
                        .boxed()
                        .sorted(Comparator.comparingDouble(k -> -logit(image, k)))
                        .skip(rank - 1)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "rank is " + rank + "; the network has " + classes + " classes")))
                .toArray();
    }

    private float logit(int image, int k) {
        return logits[image * classes + k];
    }
}
