package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import io.faultline.vision.NormalQuantile;
import io.faultline.vision.network.Classifier;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Certifies a classifier's answers under normal noise (Cohen, Rosenfeld and Kolter, ICML 2019, CERTIFY): the class that
 * most of n₀ noisy copies get is taken, the probability p of getting it is bounded from below by n further copies, and the radius
 * is σ Φ⁻¹(p), or an abstention if p may be a half or less. A certificate is wrong with probability α at most.
 *
 * <p>Each image is certified for itself, by a pure function with a small result. Noise is a function of seed, image and draw: it
 * depends neither on the batch nor on what was certified before. It is drawn by other threads while the network computes.
 *
 * @param sigma standard deviation of the noise, pixels in [0, 1]; noisy copies are not clipped
 * @param selectionSamples n₀
 * @param estimationSamples n
 * @param alpha probability that a certificate is wrong
 * @param batch copies per call of the network; three times as many images of float32 are in memory
 */
public record RandomizedSmoothing(double sigma, int selectionSamples, int estimationSamples, double alpha, int batch) {
    /** Images per call that keep a small machine busy. */
    public static final int USUAL_BATCH = 256;

    private static final double LARGEST_SIGMA = 10;
    private static final int MOST_SAMPLES = 10_000_000;
    private static final int LARGEST_BATCH = 100_000;

    public RandomizedSmoothing {
        if (!(sigma > 0 && sigma <= LARGEST_SIGMA)) {
            throw new IllegalArgumentException("sigma is " + sigma + "; allowed: above 0, at most " + LARGEST_SIGMA);
        }
        refuseOutside("selection samples", selectionSamples, MOST_SAMPLES);
        refuseOutside("estimation samples", estimationSamples, MOST_SAMPLES);
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha is " + alpha + "; allowed: above 0 and below 1");
        }
        refuseOutside("batch", batch, LARGEST_BATCH);
    }

    private static void refuseOutside(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: 1 to " + most);
        }
    }

    /**
     * Certifies one image.
     *
     * @param classifier the one that the noise is averaged over, trained under such noise if its certificates shall be large
     * @param label the true one
     * @param place of the image in its split
     * @param seed of the whole evaluation
     * @param manager parent of the memory that batches take
     * @param listener is told of each batch of noisy copies
     * @throws NonFiniteLogitsException if an answer is NaN or infinite
     */
    public Certificate certify(
            Classifier classifier,
            RgbImage image,
            int label,
            int place,
            Seed seed,
            NDManager manager,
            EvaluationListener listener) {
        PixelBuffer.refuseUnlessLarge(image.height(), image.width());
        Counting counting = new Counting(classifier, image, place, manager, listener);
        long[] selection =
                counting.answers(selectionSamples, seed.derive("selection").derive(place));
        int answer = largest(selection);
        long[] estimation =
                counting.answers(estimationSamples, seed.derive("estimation").derive(place));
        long hits = estimation[answer];
        double lowerBound = ClopperPearson.lowerBound(hits, estimationSamples, alpha);
        boolean abstains = lowerBound <= 0.5;
        return new Certificate(
                place,
                label,
                abstains ? Certificate.ABSTAINED : answer,
                abstains ? 0 : sigma * NormalQuantile.of(lowerBound),
                hits,
                estimationSamples,
                lowerBound);
    }

    private static int largest(long[] counts) {
        int largest = 0;
        for (int k = 1; k < counts.length; k++) {
            largest = counts[k] > counts[largest] ? k : largest;
        }
        return largest;
    }

    /** Counts the answers that noisy copies of one image get. */
    private final class Counting {
        private final Classifier classifier;
        private final RgbImage image;
        private final int place;
        private final NDManager manager;
        private final EvaluationListener listener;
        private final PixelBuffer buffer = new PixelBuffer();

        Counting(Classifier classifier, RgbImage image, int place, NDManager manager, EvaluationListener listener) {
            this.classifier = classifier;
            this.image = image;
            this.place = place;
            this.manager = manager;
            this.listener = listener;
        }

        /** How many of the copies get each class. */
        long[] answers(int samples, Seed seed) {
            long[] counts = {};
            int batches = (samples + batch - 1) / batch;
            try (Ahead<float[]> ahead = new Ahead<>(
                    batches, number -> copies(number * batch, Math.min(samples, (number + 1) * batch), seed))) {
                while (ahead.hasNext()) {
                    float[] copies = ahead.next();
                    counts = count(copies, counts);
                    listener.measured(copies.length / image.pixels().length);
                }
            }
            return counts;
        }

        private long[] count(float[] copies, long[] soFar) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray logits = classifier.logits(buffer.tensor(copies, image.height(), image.width(), scope));
                if (!Float.isFinite(logits.sum().toFloatArray()[0])) {
                    throw new NonFiniteLogitsException(place, place + 1);
                }
                long[] counts = soFar.length > 0
                        ? soFar
                        : new long[Math.toIntExact(logits.getShape().get(1))];
                for (long answer : logits.argMax(1).toLongArray()) {
                    counts[(int) answer]++;
                }
                return counts;
            }
        }

        private float[] copies(int from, int to, Seed seed) {
            int size = image.pixels().length;
            float[] copies = new float[Math.multiplyExact(to - from, size)];
            IntStream.range(from, to).parallel().forEach(draw -> {
                SplittableRandom random = seed.derive(draw).generator();
                int start = (draw - from) * size;
                for (int i = 0; i < size; i++) {
                    double noise = sigma * NormalQuantile.draw(random);
                    copies[start + i] = (float) ((image.pixels()[i] & 0xFF) / 255.0 + noise);
                }
            });
            return copies;
        }
    }
}
