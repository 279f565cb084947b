package io.faultline.poison.audit;

import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.ConjugateGradient;
import org.hipparchus.linear.RealLinearOperator;
import org.hipparchus.linear.RealVector;

/**
 * Takes a known filter off a published plane, but for its scale: the z that minimises
 *
 * <pre>‖A z − y‖² + λ ‖D z‖²,  λ = (1/12) / roughness,</pre>
 *
 * where A is the class-wise convolution with zero padding, D the differences between neighbours and the roughness their mean
 * square in images of the class, brought to the published scale. That is the most probable plane under rounding noise
 * and a Gaussian Markov prior; without the prior, what A hides (a row beyond the border, say, where the filter looks away)
 * would come back as noise without bound. By conjugate gradients on (AᵀA + λDᵀD) z = Aᵀy.
 */
final class Deconvolution {
    private static final double ROUNDING_VARIANCE = 1 / 12.0;
    private static final int MOST_ITERATIONS = 20_000;
    /** Of the normal equations; a tenth of it changes no restored level. */
    private static final double RESIDUAL = 1e-5;

    private final double[] filter;
    private final int kernelSize;
    private final double penalty;

    /** @param roughness above zero */
    Deconvolution(double[] filter, double roughness) {
        this.filter = filter;
        this.kernelSize = (int) Math.round(Math.sqrt(filter.length));
        this.penalty = ROUNDING_VARIANCE / roughness;
    }

    /**
     * Restores a plane.
     *
     * @param published height × width levels
     * @return the original over its unknown scale, height × width, neither rounded nor cut off
     */
    double[] restore(double[] published, int height, int width) {
        RealLinearOperator normal = new RealLinearOperator() {
            @Override
            public int getRowDimension() {
                return published.length;
            }

            @Override
            public int getColumnDimension() {
                return published.length;
            }

            @Override
            public RealVector operate(RealVector plane) {
                double[] seen = convolve(plane.toArray(), height, width, 1);
                double[] back = convolve(seen, height, width, -1);
                addRoughness(plane.toArray(), height, width, back);
                return new ArrayRealVector(back, false);
            }
        };
        double gain = 0;
        for (double entry : filter) {
            gain += entry;
        }
        return new ConjugateGradient(MOST_ITERATIONS, RESIDUAL, false)
                .solve(
                        normal,
                        new ArrayRealVector(convolve(published, height, width, -1), false),
                        new ArrayRealVector(published).mapMultiply(1 / gain))
                .toArray();
    }

    /** A z for direction 1; Aᵀ z, which turns the filter by half a turn, for −1. */
    double[] convolve(double[] plane, int height, int width, int direction) {
        double[] result = new double[plane.length];
        for (int tap = 0; tap < filter.length; tap++) {
            int down = direction * (tap / kernelSize - kernelSize / 2);
            int right = direction * (tap % kernelSize - kernelSize / 2);
            int from = Math.max(0, -right);
            int to = Math.min(width, width - right);
            for (int y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
                int target = y * width;
                int source = (y + down) * width + right;
                for (int x = from; x < to; x++) {
                    result[target + x] += filter[tap] * plane[source + x];
                }
            }
        }
        return result;
    }

    /** Adds λ DᵀD z. */
    private void addRoughness(double[] plane, int height, int width, double[] sum) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int here = y * width + x;
                if (x + 1 < width) {
                    addDifference(plane, here, here + 1, sum);
                }
                if (y + 1 < height) {
                    addDifference(plane, here, here + width, sum);
                }
            }
        }
    }

    private void addDifference(double[] plane, int one, int other, double[] sum) {
        double difference = penalty * (plane[one] - plane[other]);
        sum[one] += difference;
        sum[other] -= difference;
    }
}
