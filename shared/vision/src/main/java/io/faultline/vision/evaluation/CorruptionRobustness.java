package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.dataset.CorruptedImages;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.vision.corruption.CorruptionLevel;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How well a classifier does on corrupted images (Hendrycks and Dietterich, ICLR 2019).
 *
 * <p>Each corruption at each severity is measured for itself, by a pure function with a small result: whoever keeps the results
 * can stop after any of them and go on later. Batches are corrupted, or read, by other threads while the network computes.
 *
 * @param levels in the order in which they were measured
 */
public record CorruptionRobustness(List<CorruptionAccuracy> levels) {
    public CorruptionRobustness {
        levels = List.copyOf(levels);
    }

    /**
     * Corrupts all images at one level and counts right answers.
     *
     * @param data images of one size, at least one; their places in it are part of the randomness
     * @param seed of the whole evaluation
     * @param manager parent of the memory that batches take
     * @throws NonFiniteLogitsException if an answer is NaN or infinite
     */
    public static CorruptionAccuracy measure(
            Classifier classifier,
            CorruptionLevel level,
            LabeledImages data,
            Seed seed,
            NDManager manager,
            EvaluationListener listener) {
        List<Integer> correct = measure(
                classifier, data.size(), (from, to) -> corrupted(data, level, from, to, seed), manager, listener);
        return accuracy(level.corruption().wireName(), level.severity(), correct, data.size());
    }

    /**
     * Counts right answers on a published set's images of one corruption and severity.
     *
     * @param manager parent of the memory that batches take
     * @throws NonFiniteLogitsException if an answer is NaN or infinite
     * @throws io.faultline.dataset.InvalidDatasetException if the set has no such images, or they cannot be read
     */
    public static CorruptionAccuracy measure(
            Classifier classifier,
            CorruptedImages published,
            String corruption,
            int severity,
            NDManager manager,
            EvaluationListener listener) {
        int images = published.size(corruption, severity);
        List<Integer> correct = measure(
                classifier, images, (from, to) -> published.read(corruption, severity, from, to), manager, listener);
        return accuracy(corruption, severity, correct, images);
    }

    private static CorruptionAccuracy accuracy(String corruption, int severity, List<Integer> correct, int images) {
        return new CorruptionAccuracy(corruption, severity, new Accuracy(correct.size(), images), correct);
    }

    /** The mean over all levels, in percent, each of the same weight; NaN of none. */
    public double meanPercent() {
        return mean(levels);
    }

    /** The mean over each corruption's severities, in percent, in the order of the corruptions. */
    public Map<String, Double> percentByCorruption() {
        Map<String, Double> means = new LinkedHashMap<>();
        for (CorruptionAccuracy level : levels) {
            means.computeIfAbsent(
                    level.corruption(),
                    name -> mean(levels.stream()
                            .filter(other -> other.corruption().equals(name))
                            .toList()));
        }
        return means;
    }

    private static double mean(List<CorruptionAccuracy> levels) {
        return levels.stream()
                .mapToDouble(level -> level.accuracy().percent())
                .average()
                .orElse(Double.NaN);
    }

    @FunctionalInterface
    private interface Batches {
        LabeledImages of(int from, int to);
    }

    private static LabeledImages corrupted(LabeledImages data, CorruptionLevel level, int from, int to, Seed seed) {
        List<RgbImage> images = IntStream.range(from, to)
                .parallel()
                .mapToObj(place -> level.apply(data.images().get(place), place, seed))
                .toList();
        return new LabeledImages(data.ids().subList(from, to), Arrays.copyOfRange(data.labels(), from, to), images);
    }

    private static List<Integer> measure(
            Classifier classifier, int images, Batches batches, NDManager manager, EvaluationListener listener) {
        if (images < 1) {
            throw new IllegalArgumentException("there is no image to measure; at least one is needed");
        }
        int count = (images + CleanAccuracy.BATCH - 1) / CleanAccuracy.BATCH;
        PixelBuffer buffer = new PixelBuffer();
        List<Integer> correct = new ArrayList<>();
        int from = 0;
        try (Ahead<LabeledImages> ahead = new Ahead<>(
                count,
                number -> batches.of(
                        number * CleanAccuracy.BATCH, Math.min(images, (number + 1) * CleanAccuracy.BATCH)))) {
            while (ahead.hasNext()) {
                int first = from;
                LabeledImages batch = ahead.next();
                try (NDManager scope = manager.newSubManager()) {
                    NDArray logits = classifier.logits(buffer.tensor(batch.images(), scope));
                    long[] labels = Arrays.stream(batch.labels()).asLongStream().toArray();
                    NDArray truth = Tensors.of(scope, labels, new Shape(labels.length));
                    IntStream.of(Correctness.of(logits, truth, first).places())
                            .forEach(place -> correct.add(first + place));
                }
                from += batch.size();
                listener.measured(batch.size());
            }
        }
        return correct;
    }
}
