package io.faultline.poison.theory;

import io.faultline.recipe.Seed;
import java.util.stream.LongStream;
import org.hipparchus.util.FastMath;

/**
 * What CUDA makes of a {@link GaussianMixture}: x becomes A_y x with A_y = T(d; a_y, 1, a_y), so that class y is
 * N(y A_y μ, A_y²) (Sadasivan et al., CVPR 2023, Lemma 2), and how well its Bayes classifier does on the <em>clean</em> data.
 *
 * <p>That classifier says +1 where xᵀAx + bᵀx + c > 0, with A = A₋₁⁻² − A₁⁻², b = 2(A₋₁⁻¹ + A₁⁻¹)μ and
 * c = 2 Σ_i ln((1 + 2a₋₁cos(iπ/(d+1))) / (1 + 2a₁cos(iπ/(d+1)))) (Lemma 4). On clean data of class s it is right where
 *
 * <pre>Q_s = s(xᵀAx + bᵀx + c) = s zᵀAz + (2Aμ + s b)ᵀz + bᵀμ + s(μᵀAμ + c) > 0, x = sμ + z, z ~ N(0, I),</pre>
 *
 * <p>and τ_D(P̃) = ½ P(Q₁ > 0) + ½ P(Q₋₁ > 0). All of it is diagonal in {@link SineBasis}. Immutable, thread-safe.
 */
public final class CudaMixture {
    /** An absolute error that no table or picture shows, and that the integral reaches with digits to spare. */
    public static final double DEFAULT_TOLERANCE = 1e-10;

    /** Draws that share one generator: enough to make its derivation cheap, few enough to keep all cores busy. */
    private static final int BLOCK = 2048;

    private final double aMinus;
    private final double aPlus;
    private final NormalQuadraticForm minus;
    private final NormalQuadraticForm plus;

    CudaMixture(GaussianMixture clean, double aMinus, double aPlus) {
        this.aMinus = requireBlur("a₋₁", aMinus);
        this.aPlus = requireBlur("a₁", aPlus);
        int dimension = clean.dimension();
        double[] cosines = clean.cosines();
        double[] mean = clean.spectralMean();
        double[] a = new double[dimension];
        double[] b = new double[dimension];
        double c = 0;
        double meanAMean = 0;
        double bMean = 0;
        for (int i = 0; i < dimension; i++) {
            double ofMinus = 1 + 2 * aMinus * cosines[i];
            double ofPlus = 1 + 2 * aPlus * cosines[i];
            // 1/p² − 1/q² with the difference q − p taken first, so that near-equal filters lose no digits
            double product = ofMinus * ofPlus;
            a[i] = 2 * cosines[i] * (aPlus - aMinus) * (ofMinus + ofPlus) / (product * product);
            b[i] = 2 * (1 / ofMinus + 1 / ofPlus) * mean[i];
            c += 2 * FastMath.log1p(2 * cosines[i] * (aMinus - aPlus) / ofPlus);
            meanAMean += a[i] * mean[i] * mean[i];
            bMean += b[i] * mean[i];
        }
        this.plus = rightness(1, a, b, mean, bMean, meanAMean + c);
        this.minus = rightness(-1, a, b, mean, bMean, meanAMean + c);
    }

    private static double requireBlur(String name, double a) {
        if (!(a >= 0 && a < 0.5)) {
            throw new IllegalArgumentException(
                    name + " is " + a + "; allowed: 0 to below 0.5, where the filter is invertible");
        }
        return a;
    }

    /** Q_s. */
    private static NormalQuadraticForm rightness(
            int sign, double[] a, double[] b, double[] mean, double bMean, double boundaryAtMean) {
        double[] curvatures = new double[a.length];
        double[] slopes = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            curvatures[i] = sign * a[i];
            slopes[i] = 2 * a[i] * mean[i] + sign * b[i];
        }
        return new NormalQuadraticForm(curvatures, slopes, bMean + sign * boundaryAtMean);
    }

    /** a₋₁. */
    public double aMinus() {
        return aMinus;
    }

    /** a₁. */
    public double aPlus() {
        return aPlus;
    }

    /** Q₁: above 0 where clean data of class +1 is told right. */
    NormalQuadraticForm plus() {
        return plus;
    }

    /** Q₋₁. */
    NormalQuadraticForm minus() {
        return minus;
    }

    /**
     * τ_D(P̃) from the exact distribution of the quadratic form.
     *
     * @param tolerance largest error allowed, above 0; see {@link #DEFAULT_TOLERANCE}
     * @throws IntegralNotConvergedException if that error is not reached
     */
    public Probability exactAccuracy(double tolerance) {
        return plus.positive(tolerance).averagedWith(minus.positive(tolerance));
    }

    /**
     * τ_D(P̃) by drawing clean data. Same seed, same counts, on every Java version and however many threads
     * draw; they are the caller's fork-join pool, or
     * the common one.
     *
     * @param draws at least 1
     * @throws IllegalArgumentException if there is nothing to draw
     */
    public SampledAccuracy sampledAccuracy(long draws, Seed seed) {
        if (draws < 1) {
            throw new IllegalArgumentException("draws are " + draws + "; allowed: 1 and more");
        }
        long blocks = (draws + BLOCK - 1) / BLOCK;
        long correct = LongStream.range(0, blocks)
                .parallel()
                .map(block ->
                        correctOf((int) Math.min(BLOCK, draws - block * BLOCK), new NormalDeviates(seed.derive(block))))
                .sum();
        return new SampledAccuracy(correct, draws);
    }

    private long correctOf(int draws, NormalDeviates random) {
        double[] noise = new double[plus.dimension()];
        long correct = 0;
        for (int draw = 0; draw < draws; draw++) {
            NormalQuadraticForm form = random.coin() ? plus : minus;
            for (int i = 0; i < noise.length; i++) {
                noise[i] = random.next();
            }
            if (form.at(noise) > 0) {
                correct++;
            }
        }
        return correct;
    }

    /**
     * An upper bound on τ_D(P̃) that holds: Chernoff's for each class, at its best t and at most ½.
     *
     * @return 0 to 1
     */
    public double bound() {
        return (plus.chernoffBound() + minus.chernoffBound()) / 2;
    }

    /**
     * p₁ + p₂ of the paper's Theorem 2 as it is printed, each at its best t ≥ 0 at which the determinant is above 0. <b>It is no
     * bound</b>: see {@link TheoremTwo}.
     *
     * @return 0 to 1; 0, its limit, where a₋₁ = a₁ and the printed formula divides by 0
     */
    public double boundAsPrinted() {
        return TheoremTwo.asPrinted(plus, minus);
    }
}
