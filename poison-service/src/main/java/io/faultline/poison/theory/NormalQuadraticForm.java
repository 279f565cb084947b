package io.faultline.poison.theory;

import org.hipparchus.util.FastMath;

/**
 * Q = Σ_j (λ_j z_j² + v_j z_j) + k with independent standard normal z_j: a generalised noncentral chi-square variable, where
 * λ_j may have either sign or be 0 while v_j is not. Nothing divides by a λ_j, so that these cases need no special form.
 *
 * <p>Its cumulant generating function, finite where every 1 − 2uλ_j is above 0, is
 * K(u) = uk + Σ_j [u²v_j² / (2(1 − 2uλ_j)) − ½ ln(1 − 2uλ_j)].
 */
final class NormalQuadraticForm {
    private final double[] curvatures;
    private final double[] slopes;
    private final double constant;

    /**
     * @param curvatures λ
     * @param slopes v, as many
     * @param constant k
     */
    NormalQuadraticForm(double[] curvatures, double[] slopes, double constant) {
        if (curvatures.length != slopes.length || curvatures.length == 0) {
            throw new IllegalArgumentException("curvatures are " + curvatures.length + ", slopes " + slopes.length
                    + "; allowed: as many of both, at least 1");
        }
        this.curvatures = curvatures.clone();
        this.slopes = slopes.clone();
        this.constant = constant;
        double sum = constant;
        for (int j = 0; j < slopes.length; j++) {
            sum += Math.abs(this.curvatures[j]) + this.slopes[j] * this.slopes[j];
        }
        if (!(Math.abs(sum) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a coefficient of the quadratic form is NaN or too large to be squared;"
                    + " allowed: finite coefficients; move a₋₁ and a₁ away from 0.5");
        }
    }

    int dimension() {
        return curvatures.length;
    }

    double curvature(int j) {
        return curvatures[j];
    }

    double slope(int j) {
        return slopes[j];
    }

    double constant() {
        return constant;
    }

    /** Q at a point. */
    double at(double[] z) {
        double sum = constant;
        for (int j = 0; j < z.length; j++) {
            sum += (curvatures[j] * z[j] + slopes[j]) * z[j];
        }
        return sum;
    }

    /** E Q = k + Σλ_j. */
    double mean() {
        double sum = constant;
        for (double curvature : curvatures) {
            sum += curvature;
        }
        return sum;
    }

    /** −Q. */
    NormalQuadraticForm negated() {
        double[] negatedCurvatures = new double[curvatures.length];
        double[] negatedSlopes = new double[slopes.length];
        for (int j = 0; j < slopes.length; j++) {
            negatedCurvatures[j] = -curvatures[j];
            negatedSlopes[j] = -slopes[j];
        }
        return new NormalQuadraticForm(negatedCurvatures, negatedSlopes, -constant);
    }

    /** ‖v‖₂. */
    double slopeNorm() {
        double squares = 0;
        for (double slope : slopes) {
            squares += slope * slope;
        }
        return FastMath.sqrt(squares);
    }

    /** max |λ_j|, the spectral norm of the quadratic part. */
    double curvatureNorm() {
        double largest = 0;
        for (double curvature : curvatures) {
            largest = Math.max(largest, Math.abs(curvature));
        }
        return largest;
    }

    /** The supremum of the u ≥ 0 at which K is finite: 1/(2 max λ_j), infinite if no λ_j is above 0. */
    double cumulantLimit() {
        double largest = 0;
        for (double curvature : curvatures) {
            largest = Math.max(largest, curvature);
        }
        return 1 / (2 * largest);
    }

    /** The largest value that Q can take; infinite unless every λ_j is negative, or 0 together with v_j. */
    double supremum() {
        double sum = constant;
        for (int j = 0; j < slopes.length; j++) {
            if (curvatures[j] > 0 || curvatures[j] == 0 && slopes[j] != 0) {
                return Double.POSITIVE_INFINITY;
            }
            if (curvatures[j] < 0) {
                sum -= slopes[j] * slopes[j] / (4 * curvatures[j]);
            }
        }
        return sum;
    }

    /** K(u) for u in [0, limit). */
    double cumulant(double u) {
        double sum = u * constant;
        for (int j = 0; j < slopes.length; j++) {
            double rest = 1 - 2 * u * curvatures[j];
            double scaled = u * slopes[j];
            sum += scaled * scaled / (2 * rest) - 0.5 * FastMath.log1p(-2 * u * curvatures[j]);
        }
        return sum;
    }

    /** K′(u) for u in [0, limit). */
    double cumulantSlope(double u) {
        double sum = constant;
        for (int j = 0; j < slopes.length; j++) {
            double curvature = curvatures[j];
            double rest = 1 - 2 * u * curvature;
            sum += curvature / rest + slopes[j] * slopes[j] * u * (1 - u * curvature) / (rest * rest);
        }
        return sum;
    }

    /**
     * Chernoff's bound P(Q > 0) ≤ min over u ≥ 0 of exp K(u): written out, exp(uk + ½u²vᵀ(I − 2uΛ)⁻¹v) / |I − 2uΛ|^½. It holds
     * for every u at which K is finite, so that an inexact minimum loosens it and never breaks it.
     */
    double chernoffBound() {
        double best = ConvexMinimum.of(this::cumulantSlope, cumulantLimit());
        // K falls without end only where Q is never positive
        return best == Double.POSITIVE_INFINITY ? 0 : Math.min(1, FastMath.exp(cumulant(best)));
    }

    /**
     * P(Q > 0).
     *
     * @param tolerance largest error allowed, above 0
     * @throws IntegralNotConvergedException if that error is not reached
     */
    Probability positive(double tolerance) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance is " + tolerance + "; allowed: above 0");
        }
        if (curvatureNorm() == 0) {
            return linear();
        }
        // the side away from the mean is the smaller one: its integral has no digits to lose
        return mean() > 0
                ? InversionIntegral.of(negated(), tolerance).complement()
                : InversionIntegral.of(this, tolerance);
    }

    /** Without a quadratic part Q ~ N(k, ‖v‖²). */
    private Probability linear() {
        double deviation = slopeNorm();
        if (deviation == 0) {
            return new Probability(constant > 0 ? 1 : 0, 0);
        }
        double value = StandardNormal.below(constant / deviation);
        return new Probability(value, Math.ulp(1.0) * slopes.length * value);
    }
}
