package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;
import java.util.Arrays;

/**
 * Poisson(x·photons) / photons: light comes in single photons.
 *
 * @implNote by inversion of the distribution's cumulative sums, one table for each of a byte's levels
 */
final class ShotNoise implements Distortion {
    // a count so far above its mean that no sum of doubles tells its probability from none
    private static final int MOST_DEVIATIONS = 12;
    private static final int FEW = 30;

    private final double photons;
    private final double[][] cumulative;

    private ShotNoise(double photons) {
        this.photons = photons;
        this.cumulative = new double[256][];
        for (int level = 0; level < cumulative.length; level++) {
            cumulative[level] = cumulative(level / Pixels.LEVELS * photons);
        }
    }

    static Distortion of(CorruptionScale scale, int severity) {
        return new ShotNoise(scale.row(
                        severity,
                        new double[][] {{500}, {250}, {100}, {75}, {50}},
                        new double[][] {{250}, {100}, {50}, {30}, {15}},
                        new double[][] {{60}, {25}, {12}, {5}, {3}})[0]);
    }

    /** P(count ≤ k) for k = 0, 1, … while it is below 1. */
    static double[] cumulative(double mean) {
        double[] sums = new double[(int) (mean + MOST_DEVIATIONS * Math.sqrt(mean)) + FEW];
        double probability = StrictMath.exp(-mean);
        double sum = 0;
        for (int count = 0; count < sums.length; count++) {
            sum += probability;
            sums[count] = sum;
            probability *= mean / (count + 1);
        }
        return sums;
    }

    /** The smallest count k with P(count ≤ k) ≥ u. */
    static int count(double[] cumulative, double uniform) {
        int found = Arrays.binarySearch(cumulative, uniform);
        int count = found >= 0 ? found : -found - 1;
        // equal sums, where a probability vanishes beside them: the first of them
        while (count > 0 && cumulative[count - 1] >= uniform) {
            count--;
        }
        return Math.min(count, cumulative.length - 1);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        return Pointwise.map(image, level -> count(cumulative[level], uniforms.next()) / photons);
    }
}
