package io.faultline.rift.criticality;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Seed;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.CrossEntropy;
import java.util.ArrayList;
import java.util.List;

/**
 * Labelled images that are made once and then stay as they are: the adversarial examples of θ_AT, on which every module's
 * criticality is measured (Zhu et al., ICCV 2023, Sec. 3.3). They stay in memory until {@link #close()}.
 */
public final class FixedExamples implements AutoCloseable {
    private final NDManager manager;
    private final List<Batch> batches = new ArrayList<>();
    private long size;

    /**
     * @param images (N, 3, H, W), float32 in [0, 1]
     * @param labels (N), int64
     */
    record Batch(NDArray images, NDArray labels) {}

    /** @param parent of the memory that the examples take */
    public FixedExamples(NDManager parent) {
        manager = parent.newSubManager();
    }

    /**
     * Attacks images and keeps the result.
     *
     * @param batchSize of the ascent
     * @param seed of the attack's starts, by batch
     * @param listener hears of each batch
     */
    public static FixedExamples attacked(
            LabeledImages images,
            Adversary adversary,
            Classifier classifier,
            int batchSize,
            Seed seed,
            NDManager parent,
            EvaluationListener listener) {
        ImageBatches batches = ImageBatches.of(images);
        FixedExamples examples = new FixedExamples(parent);
        try {
            for (int from = 0; from < images.size(); from += batchSize) {
                int to = Math.min(from + batchSize, images.size());
                try (NDManager scope = examples.manager.newSubManager()) {
                    ImageBatch batch = batches.load(from, to, scope);
                    examples.add(
                            adversary.perturb(classifier, batch.images(), batch.labels(), seed.derive(from)),
                            batch.labels());
                }
                listener.measured(to - from);
            }
            return examples;
        } catch (RuntimeException e) {
            examples.close();
            throw e;
        }
    }

    /** Takes a batch over: it lives as long as the examples do. */
    public void add(NDArray images, NDArray labels) {
        new NDList(images, labels).attach(manager);
        batches.add(new Batch(images, labels));
        size += labels.size();
    }

    /** How many images. */
    public long size() {
        return size;
    }

    List<Batch> batches() {
        return batches;
    }

    /** Mean loss and correctly classified images of a classifier on all examples. */
    Fit fit(Classifier classifier) {
        double loss = 0;
        long correct = 0;
        for (Batch batch : batches) {
            try (NDArray logits = classifier.logits(batch.images());
                    NDArray sum = CrossEntropy.sum(logits, batch.labels());
                    NDArray predicted = logits.argMax(1);
                    NDArray hits = predicted.eq(batch.labels());
                    NDArray count = hits.sum()) {
                loss += sum.getFloat();
                correct += count.getLong();
            }
        }
        return new Fit(loss / size, correct);
    }

    /**
     * How a classifier fits the examples.
     *
     * @param loss mean cross-entropy
     * @param correct images classified as their label says
     */
    record Fit(double loss, long correct) {}

    @Override
    public void close() {
        manager.close();
    }
}
