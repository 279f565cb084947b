package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.report.Accuracy;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.network.Classifier;

/** The share of images that a classifier labels right. */
public final class CleanAccuracy {
    /** Large enough to keep the cores busy; an attack on the papers' networks takes a gigabyte for it. */
    static final int BATCH = 128;

    private CleanAccuracy() {}

    /**
     * Counts right answers over all images.
     *
     * @param manager parent of the memory that batches take
     * @throws NonFiniteLogitsException if an answer is NaN or infinite
     */
    public static Accuracy measure(
            Classifier classifier, LabeledImages data, NDManager manager, EvaluationListener listener) {
        ImageBatches batches = ImageBatches.of(data);
        Accuracy accuracy = new Accuracy(0, 0);
        for (int from = 0; from < data.size(); from += BATCH) {
            int to = Math.min(from + BATCH, data.size());
            try (NDManager scope = manager.newSubManager()) {
                ImageBatch batch = batches.load(from, to, scope);
                NDArray logits = classifier.logits(batch.images());
                accuracy = accuracy.plus(
                        Correctness.of(logits, batch.labels(), from).accuracy());
            }
            listener.measured(to - from);
        }
        return accuracy;
    }
}
