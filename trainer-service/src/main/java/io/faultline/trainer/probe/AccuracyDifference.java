package io.faultline.trainer.probe;

import org.hipparchus.special.Erf;

/**
 * How much more often a model is right under one condition than under another, on the same images.
 *
 * @param estimate −1 to 1
 * @param lower end of the 95 % confidence interval
 * @param upper end of it
 */
public record AccuracyDifference(double estimate, double lower, double upper) {
    public static final double CONFIDENCE = 0.95;

    private static final double Z = Math.sqrt(2) * Erf.erfInv(CONFIDENCE);

    /**
     * Newcombe's interval for paired proportions (Statistics in Medicine 17, 1998, pp. 2635–2650, method 10): the Wilson
     * intervals of both, put together with the correlation φ of the pairs, which is corrected for continuity.
     *
     * @param both images right under either condition
     * @param onlyFirst right under the first alone
     * @param onlySecond right under the second alone
     * @param neither wrong under either
     */
    static AccuracyDifference paired(long both, long onlyFirst, long onlySecond, long neither) {
        long images = both + onlyFirst + onlySecond + neither;
        Wilson first = Wilson.of(both + onlyFirst, images);
        Wilson second = Wilson.of(both + onlySecond, images);
        double phi = correlation(both, onlyFirst, onlySecond, neither);
        double estimate = (double) (onlyFirst - onlySecond) / images;
        return new AccuracyDifference(
                estimate,
                estimate - distance(first.below(), second.above(), phi),
                estimate + distance(first.above(), second.below(), phi));
    }

    private static double correlation(double both, double onlyFirst, double onlySecond, double neither) {
        double product = both * neither - onlyFirst * onlySecond;
        double corrected = product > 0 ? Math.max(0, product - (both + onlyFirst + onlySecond + neither) / 2) : product;
        double margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
        return margins == 0 ? 0 : corrected / Math.sqrt(margins);
    }

    private static double distance(double one, double other, double phi) {
        return Math.sqrt(one * one - 2 * phi * one * other + other * other);
    }

    /** How far Wilson's score interval of one proportion reaches below and above it. */
    private record Wilson(double below, double above) {
        static Wilson of(long successes, long trials) {
            double share = (double) successes / trials;
            double z2 = Z * Z;
            double centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
            double half =
                    Z * Math.sqrt(share * (1 - share) / trials + z2 / (4.0 * trials * trials)) / (1 + z2 / trials);
            return new Wilson(share - (centre - half), centre + half - share);
        }
    }
}
