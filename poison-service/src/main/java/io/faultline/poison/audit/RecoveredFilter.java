package io.faultline.poison.audit;

import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.linear.SingularValueDecomposition;

/**
 * A class's filter as pairs of its images tell it: the s and the scales β_i that minimise
 *
 * <pre>Σ_i ‖y_i + o − β_i X_i s‖²,  the largest entry of s being 1,</pre>
 *
 * where X_i holds the original's pixels under each tap. The published levels' rounding is the only noise, of variance 1/12
 * and the same for all, so this is the maximum-likelihood estimate up to the noise's shape. The offset o is 0 (rounded levels)
 * or ½ (levels cut off to bytes), whichever leaves the smaller rest. Private like the true one, so it does not print itself.
 *
 * @implNote For a given s each β_i is a quotient, so only s is iterated, by Gauss-Newton with the scales eliminated: with
 *     g_i = G_i s, the normal equations are Σ β_i² (G_i − g_i g_iᵀ / sᵀg_i) ds = Σ β_i (c_i − β_i g_i), singular along s itself,
 *     hence the largest entry is held. Singular values decide what the pairs do not tell; that part of ds is zero.
 */
final class RecoveredFilter {
    private static final int MOST_STEPS = 50;
    private static final int MOST_HALVINGS = 30;
    /** Far below what rounding to bytes lets anyone know. */
    private static final double SMALLEST_STEP = 1e-10;

    private static final double[] OFFSETS = {0, 0.5};

    private final double[] entries;
    private final double[] scales;
    private final double offset;
    private final double rest;

    private RecoveredFilter(double[] entries, double[] scales, double offset, double rest) {
        this.entries = entries;
        this.scales = scales;
        this.offset = offset;
        this.rest = rest;
    }

    /** @param pairs at least one, none of them black */
    static RecoveredFilter from(List<PairEquations> pairs) {
        RecoveredFilter best = null;
        for (double offset : OFFSETS) {
            RecoveredFilter fitted = fit(pairs, offset);
            if (best == null || fitted.rest < best.rest) {
                best = fitted;
            }
        }
        return best;
    }

    /** k² entries, row by row, the largest 1. */
    double[] entries() {
        return entries;
    }

    /** β of each pair. */
    double[] scales() {
        return scales;
    }

    /** What the published levels lie below the true values on average: 0 or ½. */
    double offset() {
        return offset;
    }

    @Override
    public String toString() {
        return "RecoveredFilter[" + entries.length + " entries from " + scales.length + " pairs]";
    }

    private static RecoveredFilter fit(List<PairEquations> pairs, double offset) {
        double[] filter = start(pairs, offset);
        double rest = rest(pairs, filter, offset);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] direction = direction(pairs, filter, offset);
            double length = 1;
            double[] next = moved(filter, direction, length);
            double nextRest = rest(pairs, next, offset);
            for (int halving = 0; halving < MOST_HALVINGS && !(nextRest <= rest); halving++) {
                length /= 2;
                next = moved(filter, direction, length);
                nextRest = rest(pairs, next, offset);
            }
            if (!(nextRest <= rest)) {
                break;
            }
            double change = distance(filter, next);
            filter = next;
            rest = nextRest;
            if (change < SMALLEST_STEP) {
                break;
            }
        }
        double[] found = filter;
        double[] scales = pairs.stream()
                .mapToDouble(pair -> scale(pair, found, pair.gram(found), offset))
                .toArray();
        return new RecoveredFilter(filter, scales, offset, rest);
    }

    /** As if all scales were the same. */
    private static double[] start(List<PairEquations> pairs, double offset) {
        int taps = pairs.get(0).taps();
        RealMatrix gram = new Array2DRowRealMatrix(taps, taps);
        RealVector products = new ArrayRealVector(taps);
        for (PairEquations pair : pairs) {
            for (int row = 0; row < taps; row++) {
                for (int column = 0; column < taps; column++) {
                    gram.addToEntry(row, column, pair.gram(row, column));
                }
                products.addToEntry(row, pair.product(row, offset));
            }
        }
        return normalised(solve(gram, products));
    }

    private static double[] direction(List<PairEquations> pairs, double[] filter, double offset) {
        int taps = filter.length;
        if (taps == 1) {
            return new double[1];
        }
        RealMatrix normal = new Array2DRowRealMatrix(taps, taps);
        RealVector right = new ArrayRealVector(taps);
        for (PairEquations pair : pairs) {
            double[] image = pair.gram(filter);
            double energy = dot(filter, image);
            double scale = scale(pair, filter, image, offset);
            for (int row = 0; row < taps; row++) {
                for (int column = 0; column < taps; column++) {
                    double known = pair.gram(row, column) - image[row] * image[column] / energy;
                    normal.addToEntry(row, column, scale * scale * known);
                }
                right.addToEntry(row, scale * (pair.product(row, offset) - scale * image[row]));
            }
        }
        int[] free = allBut(largest(filter), taps);
        RealVector change =
                solve(normal.getSubMatrix(free, free), new ArrayRealVector(pick(right.toArray(), free), false));
        double[] direction = new double[taps];
        for (int i = 0; i < free.length; i++) {
            direction[free[i]] = change.getEntry(i);
        }
        return direction;
    }

    /** Of least squares and least length. */
    private static RealVector solve(RealMatrix matrix, RealVector right) {
        return new SingularValueDecomposition(matrix).getSolver().solve(right);
    }

    private static double rest(List<PairEquations> pairs, double[] filter, double offset) {
        double rest = 0;
        for (PairEquations pair : pairs) {
            double product = product(pair, filter, offset);
            rest += pair.squares(offset) - product * product / dot(filter, pair.gram(filter));
        }
        return rest;
    }

    private static double scale(PairEquations pair, double[] filter, double[] image, double offset) {
        return product(pair, filter, offset) / dot(filter, image);
    }

    private static double product(PairEquations pair, double[] filter, double offset) {
        double product = 0;
        for (int tap = 0; tap < filter.length; tap++) {
            product += filter[tap] * pair.product(tap, offset);
        }
        return product;
    }

    private static double[] moved(double[] filter, double[] direction, double length) {
        double[] moved = new double[filter.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = filter[i] + length * direction[i];
        }
        return normalised(new ArrayRealVector(moved, false));
    }

    private static double[] normalised(RealVector filter) {
        double[] entries = filter.toArray();
        double largest = entries[largest(entries)];
        for (int i = 0; i < entries.length; i++) {
            entries[i] /= largest;
        }
        return entries;
    }

    private static int largest(double[] entries) {
        int largest = 0;
        for (int i = 1; i < entries.length; i++) {
            largest = Math.abs(entries[i]) > Math.abs(entries[largest]) ? i : largest;
        }
        return largest;
    }

    private static int[] allBut(int left, int count) {
        return IntStream.range(0, count).filter(i -> i != left).toArray();
    }

    private static double[] pick(double[] values, int[] places) {
        return IntStream.of(places).mapToDouble(place -> values[place]).toArray();
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static double distance(double[] one, double[] other) {
        double largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }
}
