package io.faultline.vision.evaluation;

import org.hipparchus.special.Beta;

/**
 * The exact one-sided confidence bound for a share (Clopper and Pearson, Biometrika 26, 1934): below the true share with
 * probability 1 − α at least, whatever the share.
 */
final class ClopperPearson {
    private ClopperPearson() {}

    /**
     * The p at which as many hits or more would have probability α: I_p(hits, draws − hits + 1) = α.
     *
     * @param alpha above 0 and below 1
     * @return as exact as the incomplete beta function, about 1e-12; 0 for no hit
     */
    static double lowerBound(long hits, long draws, double alpha) {
        if (draws < 1 || hits < 0 || hits > draws) {
            throw new IllegalArgumentException(
                    hits + " hits of " + draws + " draws; allowed: 0 to all of at least one");
        }
        if (hits == 0) {
            return 0;
        }
        double below = 0;
        double above = hits / (double) draws;
        // the bound lies under the share that was seen for α below a half; for others the end of the interval is 1
        if (tail(above, hits, draws) < alpha) {
            above = 1;
        }
        while (true) {
            double middle = 0.5 * (below + above);
            if (middle <= below || middle >= above) {
                return below;
            }
            if (tail(middle, hits, draws) < alpha) {
                below = middle;
            } else {
                above = middle;
            }
        }
    }

    /** The probability of as many hits or more. */
    private static double tail(double share, long hits, long draws) {
        return Beta.regularizedBeta(share, hits, draws - hits + 1.0);
    }
}
