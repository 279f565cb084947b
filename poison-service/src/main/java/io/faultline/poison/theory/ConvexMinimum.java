package io.faultline.poison.theory;

import java.util.function.DoubleUnaryOperator;

/**
 * Where a convex function on (0, limit) is smallest, from the sign of its slope. The slope need not be finite at the ends,
 * which is why this bisects and does not ask a root finder that evaluates them.
 */
final class ConvexMinimum {
    private static final double LARGEST = 1e300;
    /** Relative width at which the bisection ends; near a minimum the function is flat to the square of it. */
    private static final double WIDTH = 1e-13;

    private ConvexMinimum() {}

    /**
     * @param slope rising; NaN counts as beyond the limit
     * @param limit may be infinite
     * @return 0 if the function rises from the start, infinity if it falls without end
     */
    static double of(DoubleUnaryOperator slope, double limit) {
        double high = limit;
        if (high > LARGEST) {
            high = 1;
            while (falls(slope, high)) {
                high *= 2;
                if (high > LARGEST) {
                    return Double.POSITIVE_INFINITY;
                }
            }
        }
        double low = high / 2;
        while (!falls(slope, low)) {
            high = low;
            low /= 2;
            if (low < 1 / LARGEST) {
                return 0;
            }
        }
        while (high - low > WIDTH * high) {
            double middle = low + (high - low) / 2;
            if (falls(slope, middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static boolean falls(DoubleUnaryOperator slope, double at) {
        return slope.applyAsDouble(at) < 0;
    }
}
