package io.faultline.poison.theory;

import io.faultline.recipe.Seed;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a contour computation covers: every (‖μ‖, a₋₁, a₁) of three lists.
 *
 * @param dimension d, 1 to {@link GaussianMixture#LARGEST_DIMENSION}
 * @param norms ‖μ‖₂, each above 0, at least one
 * @param aMinus values of a₋₁, ascending, each in [0, 0.5), at least two
 * @param aPlus values of a₁, likewise
 * @param draws samples per point, at least 1
 * @param seed of the samples; each point draws from its own stream
 */
public record ContourPlan(
        int dimension,
        MeanDirection direction,
        List<Double> norms,
        List<Double> aMinus,
        List<Double> aPlus,
        long draws,
        Seed seed) {
    /** The norms of the paper's Fig. 3. */
    public static final List<Double> NORMS_OF_THE_PAPER = List.of(1.0, 2.5, 5.0);

    /** Points per axis; the paper names no grid. With {@link #LARGEST_BLUR} they are 0.02 apart. */
    private static final int POINTS_PER_AXIS = 25;

    private static final double DECIMALS = 1e12;
    /** Below 0.5, where A_y is nearly singular in high dimensions. */
    private static final double LARGEST_BLUR = 0.48;
    /** A standard error of 0.0035 at most. */
    private static final long DRAWS = 20_000;

    public ContourPlan {
        norms = List.copyOf(norms);
        aMinus = List.copyOf(aMinus);
        aPlus = List.copyOf(aPlus);
        if (dimension < 1 || dimension > GaussianMixture.LARGEST_DIMENSION) {
            throw new IllegalArgumentException(
                    "dimension is " + dimension + "; allowed: 1 to " + GaussianMixture.LARGEST_DIMENSION);
        }
        if (norms.isEmpty() || !norms.stream().allMatch(norm -> norm > 0 && norm < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "norms of the mean are " + norms + "; allowed: at least one, each above 0");
        }
        requireAxis("a₋₁", aMinus);
        requireAxis("a₁", aPlus);
        if (draws < 1) {
            throw new IllegalArgumentException("draws are " + draws + "; allowed: 1 and more");
        }
    }

    /** The paper's norms on a 25 × 25 grid over [0, 0.48]², with what the paper leaves open named: d, direction, seed. */
    public static ContourPlan ofPaper(int dimension, MeanDirection direction, Seed seed) {
        List<Double> axis = evenlySpaced(POINTS_PER_AXIS, LARGEST_BLUR);
        return new ContourPlan(dimension, direction, NORMS_OF_THE_PAPER, axis, axis, DRAWS, seed);
    }

    /** {@code points} values, at least two, from 0 to {@code largest}, with 12 decimals, so that 0.1 is the number 0.1. */
    public static List<Double> evenlySpaced(int points, double largest) {
        return IntStream.range(0, points)
                .mapToObj(i -> Math.rint(largest * i / (points - 1) * DECIMALS) / DECIMALS)
                .toList();
    }

    /** All points of the grid. */
    public int points() {
        return Math.multiplyExact(Math.multiplyExact(norms.size(), aMinus.size()), aPlus.size());
    }

    private static void requireAxis(String name, List<Double> values) {
        double before = -1;
        boolean ascending = values.size() >= 2;
        for (double value : values) {
            ascending &= value >= 0 && value < 0.5 && value > before;
            before = value;
        }
        if (!ascending) {
            throw new IllegalArgumentException(
                    "values of " + name + " are " + values + "; allowed: two or more, ascending, each in [0, 0.5)");
        }
    }
}
