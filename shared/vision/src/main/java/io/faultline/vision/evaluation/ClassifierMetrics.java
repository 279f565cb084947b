package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.report.Accuracy;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.network.Classifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a classifier's answers are worth beyond their accuracy, counted in one pass. Counts and sums are kept, so that parts
 * merge.
 *
 * <p>With p = softmax(z), computed in float64: the answer is the first largest p, its confidence that p; the negative
 * log-likelihood is −log p_label; the Brier score Σ_k (p_k − [k = label])², 0 to 2.
 *
 * @param confusion images by true label (row) and answer (column); square
 * @param calibration answers by confidence in bins of equal width, each open below and closed above (Guo et al., ICML 2017)
 * @param logLikelihoodLoss the sum of negative log-likelihoods, in nats
 * @param brierLoss the sum of Brier scores
 */
public record ClassifierMetrics(
        List<List<Long>> confusion, List<CalibrationBin> calibration, double logLikelihoodLoss, double brierLoss) {
    /** Guo et al.'s number of bins. */
    public static final int USUAL_BINS = 15;

    public static final int MOST_BINS = 1000;

    public ClassifierMetrics {
        confusion = confusion.stream().map(List::copyOf).toList();
        calibration = List.copyOf(calibration);
    }

    /**
     * Asks for all images' answers once.
     *
     * @param bins of confidence, 1 to {@value #MOST_BINS}
     * @param manager parent of the memory that batches take
     * @throws NonFiniteLogitsException if an answer is NaN or infinite
     * @throws IllegalArgumentException if a label is beyond the network's classes
     */
    public static ClassifierMetrics measure(
            Classifier classifier, LabeledImages data, int bins, NDManager manager, EvaluationListener listener) {
        ImageBatches batches = ImageBatches.of(data);
        List<ClassifierMetrics> parts = new ArrayList<>();
        for (int from = 0; from < data.size(); from += CleanAccuracy.BATCH) {
            int to = Math.min(from + CleanAccuracy.BATCH, data.size());
            try (NDManager scope = manager.newSubManager()) {
                ImageBatch batch = batches.load(from, to, scope);
                NDArray logits = classifier.logits(batch.images());
                int classes = Math.toIntExact(logits.getShape().get(1));
                int[] labels = Arrays.copyOfRange(data.labels(), from, to);
                parts.add(of(logits.toFloatArray(), labels, classes, bins, from));
            }
            listener.measured(to - from);
        }
        return parts.stream().reduce(ClassifierMetrics::plus).orElseThrow();
    }

    /**
     * Of answers that are there already.
     *
     * @param logits image by image, a number for each class
     * @param classes K, at least 1
     * @param from place of the first image, for messages
     */
    static ClassifierMetrics of(float[] logits, int[] labels, int classes, int bins, int from) {
        if (bins < 1 || bins > MOST_BINS) {
            throw new IllegalArgumentException("bins is " + bins + "; allowed: 1 to " + MOST_BINS);
        }
        Sums sums = new Sums(classes, bins);
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException("image " + (from + i) + " has label " + labels[i]
                        + "; the network's " + classes + " classes are 0 to " + (classes - 1));
            }
            double[] probabilities = new double[classes];
            for (int k = 0; k < classes; k++) {
                probabilities[k] = logits[i * classes + k];
                if (!Double.isFinite(probabilities[k])) {
                    throw new NonFiniteLogitsException(from, from + labels.length);
                }
            }
            sums.add(probabilities, labels[i]);
        }
        return sums.metrics();
    }

    /** Of both parts. */
    public ClassifierMetrics plus(ClassifierMetrics other) {
        if (classes() != other.classes() || calibration.size() != other.calibration.size()) {
            throw new IllegalArgumentException(other.classes() + " classes and " + other.calibration.size()
                    + " bins do not add to " + classes() + " classes and " + calibration.size() + " bins");
        }
        return new ClassifierMetrics(
                IntStream.range(0, classes())
                        .mapToObj(row -> IntStream.range(0, classes())
                                .mapToObj(column -> confusion.get(row).get(column)
                                        + other.confusion.get(row).get(column))
                                .toList())
                        .toList(),
                IntStream.range(0, calibration.size())
                        .mapToObj(bin -> calibration.get(bin).plus(other.calibration.get(bin)))
                        .toList(),
                logLikelihoodLoss + other.logLikelihoodLoss,
                brierLoss + other.brierLoss);
    }

    public int classes() {
        return confusion.size();
    }

    public long images() {
        return calibration.stream().mapToLong(CalibrationBin::images).sum();
    }

    public Accuracy accuracy() {
        return perClass().stream().reduce(new Accuracy(0, 0), Accuracy::plus);
    }

    /** Of the images of each label, in the order of labels. */
    public List<Accuracy> perClass() {
        return IntStream.range(0, classes())
                .mapToObj(label -> new Accuracy(
                        confusion.get(label).get(label),
                        confusion.get(label).stream().mapToLong(Long::longValue).sum()))
                .toList();
    }

    /** Σ over bins of |accuracy − mean confidence| by their share of images, 0 to 1; NaN of no image. */
    public double expectedCalibrationError() {
        return calibration.stream().mapToDouble(CalibrationBin::gap).sum() / images();
    }

    /** Mean over images, in nats; NaN of none. */
    public double negativeLogLikelihood() {
        return logLikelihoodLoss / images();
    }

    /** Mean over images; NaN of none. */
    public double brierScore() {
        return brierLoss / images();
    }

    /** Grows image by image. */
    private static final class Sums {
        private final long[][] confusion;
        private final CalibrationBin[] calibration;
        private double logLikelihoodLoss;
        private double brierLoss;

        Sums(int classes, int bins) {
            confusion = new long[classes][classes];
            calibration = new CalibrationBin[bins];
            Arrays.fill(calibration, CalibrationBin.EMPTY);
        }

        /** @param z logits; are turned into probabilities */
        void add(double[] z, int label) {
            int answer = 0;
            for (int k = 1; k < z.length; k++) {
                answer = z[k] > z[answer] ? k : answer;
            }
            double largest = z[answer];
            double sum = 0;
            for (double one : z) {
                sum += Math.exp(one - largest);
            }
            logLikelihoodLoss += Math.log(sum) + largest - z[label];
            for (int k = 0; k < z.length; k++) {
                z[k] = Math.exp(z[k] - largest) / sum;
                double truth = k == label ? 1 : 0;
                brierLoss += (z[k] - truth) * (z[k] - truth);
            }
            confusion[label][answer]++;
            int bin = Math.max(0, (int) Math.ceil(z[answer] * calibration.length) - 1);
            calibration[bin] = calibration[bin].plus(new CalibrationBin(1, answer == label ? 1 : 0, z[answer]));
        }

        ClassifierMetrics metrics() {
            return new ClassifierMetrics(
                    Arrays.stream(confusion)
                            .map(row -> Arrays.stream(row).boxed().toList())
                            .toList(),
                    Arrays.asList(calibration),
                    logLikelihoodLoss,
                    brierLoss);
        }
    }
}
