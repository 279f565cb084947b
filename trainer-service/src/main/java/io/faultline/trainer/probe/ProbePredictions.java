package io.faultline.trainer.probe;

import java.util.List;

/**
 * What a model under suspicion answered: labels alone, no scores.
 *
 * @param classes K, at least 2
 * @param labels of the test images, 0 to K − 1; not copied, as the other arrays
 * @param clean predictions on the images as they are
 * @param own predictions on the images through their own class's filter
 * @param permuted predictions on the images through another class's filter: list item r is for an image of class c through the
 *     filter of class (c + r + 1) mod K. One item at least; K − 1 items hold all pairs of class and filter
 */
public record ProbePredictions(int classes, int[] labels, int[] clean, int[] own, List<int[]> permuted) {
    public ProbePredictions {
        permuted = List.copyOf(permuted);
        if (classes < 2 || labels.length == 0) {
            throw new IllegalArgumentException(
                    labels.length + " images of " + classes + " classes; expected images of at least 2 classes");
        }
        if (permuted.isEmpty() || permuted.size() > classes - 1) {
            throw new IllegalArgumentException(
                    permuted.size() + " lists of predictions through permuted filters; expected 1 to " + (classes - 1)
                            + ", one per shift of the filters");
        }
        sameLength("clean images", clean, labels);
        sameLength("images through their own filter", own, labels);
        for (int[] predictions : permuted) {
            sameLength("images through permuted filters", predictions, labels);
        }
        for (int label : labels) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("label " + label + "; expected 0 to " + (classes - 1));
            }
        }
    }

    private static void sameLength(String what, int[] predictions, int[] labels) {
        if (predictions.length != labels.length) {
            throw new IllegalArgumentException(predictions.length + " predictions on " + what + " for " + labels.length
                    + " labels; expected as many");
        }
    }
}
