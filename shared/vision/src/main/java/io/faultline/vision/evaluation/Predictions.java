package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.faultline.dataset.LabeledImages;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.network.Classifier;

/** The class that a classifier answers for each image. */
public final class Predictions {
    private Predictions() {}

    /**
     * @param manager parent of the memory that batches take
     * @return one label per image, in their order
     * @throws NonFiniteLogitsException if an answer is NaN or infinite
     */
    public static int[] of(Classifier classifier, LabeledImages data, NDManager manager, EvaluationListener listener) {
        ImageBatches batches = ImageBatches.of(data);
        int[] predictions = new int[data.size()];
        for (int from = 0; from < data.size(); from += CleanAccuracy.BATCH) {
            int to = Math.min(from + CleanAccuracy.BATCH, data.size());
            try (NDManager scope = manager.newSubManager()) {
                ImageBatch batch = batches.load(from, to, scope);
                NDArray logits = classifier.logits(batch.images());
                if (!Float.isFinite(logits.sum().toFloatArray()[0])) {
                    throw new NonFiniteLogitsException(from, to);
                }
                int[] labels = logits.argMax(1).toType(DataType.INT32, false).toIntArray();
                System.arraycopy(labels, 0, predictions, from, labels.length);
            }
            listener.measured(to - from);
        }
        return predictions;
    }
}
