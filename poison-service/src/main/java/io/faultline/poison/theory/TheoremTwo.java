package io.faultline.poison.theory;

import org.hipparchus.util.FastMath;

/**
 * The bound on τ_D(P̃) as Theorem 2 prints it (Sadasivan et al., CVPR 2023): p₁ + p₂ with, for any t ≥ 0,
 *
 * <pre>p = ½ exp(t(k − 1/(4 ‖v‖₂ ‖Λ‖))) / |I − 2tΛ|^½,</pre>
 *
 * <p>where k and v are the constant and the slopes of Q₁ for p₁ and of Q₋₁ for p₂, and Λ are the eigenvalues of A in both. As
 * printed it falls below the accuracy that it is to bound, for two reasons. The quadratic part of Q₋₁ is −Λ, so that the second
 * determinant has the wrong sign. And the term with ‖v‖ grows without limit as a₁ nears a₋₁, where Chernoff's bound has
 * + ½t²vᵀ(I − 2tΛ)⁻¹v: each p goes to 0 while the accuracy does not. It is here for comparison.
 */
final class TheoremTwo {
    private TheoremTwo() {}

    /** p₁ + p₂ to the letter. */
    static double asPrinted(NormalQuadraticForm plus, NormalQuadraticForm minus) {
        return smallestTerm(plus, plus) + smallestTerm(minus, plus);
    }

    /** p₁ + p₂ with −Λ in the second determinant: the first of the two errors mended. */
    static double withSecondSignMended(NormalQuadraticForm plus, NormalQuadraticForm minus) {
        return smallestTerm(plus, plus) + smallestTerm(minus, minus);
    }

    /**
     * min over t of p.
     *
     * @param linear gives k and ‖v‖
     * @param quadratic gives Λ
     */
    private static double smallestTerm(NormalQuadraticForm linear, NormalQuadraticForm quadratic) {
        double rate = linear.constant() - 1 / (4 * linear.slopeNorm() * quadratic.curvatureNorm());
        if (rate == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        // t·rate − ½ ln|I − 2tΛ| is the cumulant of a form without slopes
        NormalQuadraticForm exponent =
                new NormalQuadraticForm(curvatures(quadratic), new double[quadratic.dimension()], rate);
        double best = ConvexMinimum.of(exponent::cumulantSlope, exponent.cumulantLimit());
        return best == Double.POSITIVE_INFINITY ? 0 : FastMath.exp(exponent.cumulant(best)) / 2;
    }

    private static double[] curvatures(NormalQuadraticForm form) {
        double[] curvatures = new double[form.dimension()];
        for (int j = 0; j < curvatures.length; j++) {
            curvatures[j] = form.curvature(j);
        }
        return curvatures;
    }
}
