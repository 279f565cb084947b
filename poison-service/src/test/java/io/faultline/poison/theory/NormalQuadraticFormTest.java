package io.faultline.poison.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.distribution.discrete.PoissonDistribution;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The inversion integral against distributions that have a closed form. */
class NormalQuadraticFormTest {
    private static final double TOLERANCE = 1e-11;

    @Nested
    class ClosedForms {
        @ParameterizedTest(name = "P(3 χ²_{0} > 3·{1})")
        @CsvSource({"1, 0.01", "1, 4", "2, 3", "3, 30", "10, 10", "10, 2", "100, 90", "100, 150", "1000, 1010"})
        void equalEigenvaluesGiveTheChiSquareDistribution(int degrees, double x) {
            // Given
            NormalQuadraticForm form = new NormalQuadraticForm(filled(degrees, 3), new double[degrees], -3 * x);

            // When
            Probability found = form.positive(TOLERANCE);

            // Then
            assertCloseTo(found, 1 - new ChiSquaredDistribution(degrees).cumulativeProbability(x));
        }

        @ParameterizedTest(name = "n = {0}, δ = {1}, x = {2}")
        @CsvSource({"1, 2, 4", "1, 0.1, 0.2", "2, 5, 20", "5, 1, 9", "12, 6, 40", "12, 6, 90"})
        void equalEigenvaluesWithSlopesGiveTheNoncentralOne(int degrees, double delta, double x) {
            // Given (z + δ/√n)² summed, less x
            double shift = delta / Math.sqrt(degrees);
            NormalQuadraticForm form =
                    new NormalQuadraticForm(filled(degrees, 1), filled(degrees, 2 * shift), delta * delta - x);

            // When
            Probability found = form.positive(TOLERANCE);

            // Then
            double below = 0;
            PoissonDistribution mixing = new PoissonDistribution(delta * delta / 2);
            for (int j = 0; j < 200; j++) {
                below += mixing.probability(j) * new ChiSquaredDistribution(degrees + 2 * j).cumulativeProbability(x);
            }
            assertCloseTo(found, 1 - below);
        }

        @ParameterizedTest(name = "{0}·χ²₂ − {1}·χ²₂ > {2}")
        @CsvSource({"1, 1, 0", "1, 1, 3", "5, 0.01, 2", "0.01, 5, 0.3", "1e4, 1e-4, 1"})
        void theDifferenceOfTwoExponentialsIsLaplaces(double up, double down, double x) {
            // Given
            NormalQuadraticForm form = new NormalQuadraticForm(new double[] {up, up, -down, -down}, new double[4], -x);

            // When
            Probability found = form.positive(TOLERANCE);

            // Then
            assertCloseTo(found, up / (up + down) * Math.exp(-x / (2 * up)));
        }

        /** χ²₂ is exponential with mean 2; with a normal added its distribution is the exponentially modified Gaussian. */
        @ParameterizedTest(name = "σ = {0}, x = {1}")
        @CsvSource({"0.001, 2", "0.5, 1", "1, -1", "4, 3", "30, 0"})
        void aSlopeWithoutCurvatureAddsANormal(double sigma, double x) {
            // Given
            NormalQuadraticForm form = new NormalQuadraticForm(new double[] {1, 0, 1}, new double[] {0, sigma, 0}, -x);

            // When
            Probability found = form.positive(TOLERANCE);

            // Then
            double expected = phi(-x / sigma) + Math.exp(sigma * sigma / 8 - x / 2) * phi(x / sigma - sigma / 2);
            assertCloseTo(found, expected);
        }

        @Test
        void withoutCurvaturesTheFormIsNormal() {
            // Given
            NormalQuadraticForm form = new NormalQuadraticForm(new double[2], new double[] {3, 4}, 5);

            // When
            Probability found = form.positive(TOLERANCE);

            // Then
            assertThat(found.value()).isCloseTo(phi(1), within(1e-15));
            assertThat(found.error()).isLessThan(1e-15);
        }

        @Test
        void aVanishingCurvatureGoesOverIntoTheNormal() {
            // Given
            NormalQuadraticForm form =
                    new NormalQuadraticForm(new double[] {1e-13, -1e-14, 0}, new double[] {3, 4, 0}, 5);

            // When
            Probability found = form.positive(TOLERANCE);

            // Then
            assertCloseTo(found, phi(1));
        }
    }

    @Nested
    class Properties {
        /**
         * Two integrals on two paths, to the right and to the left of 0, over forms of all sizes and signs: each the check of the
         * other.
         */
        @Test
        void bothTailsAddUpToOne() {
            SplittableRandom random = new SplittableRandom(11);
            int mixed = 0;
            for (int turn = 0; turn < 600; turn++) {
                // Given
                NormalQuadraticForm form = drawn(random);

                // When
                Probability above = InversionIntegral.of(form, TOLERANCE);
                Probability below = InversionIntegral.of(form.negated(), TOLERANCE);

                // Then
                assertThat(above.value() + below.value())
                        .as("form %d", turn)
                        .isCloseTo(1, within(above.error() + below.error() + 1e-14));
                mixed += above.value() > 0.01 && above.value() < 0.99 ? 1 : 0;
            }
            assertThat(mixed).isGreaterThan(200);
        }

        @Test
        void chernoffsBoundIsNeverBelowTheProbability() {
            SplittableRandom random = new SplittableRandom(12);
            for (int turn = 0; turn < 300; turn++) {
                // Given
                NormalQuadraticForm form = drawn(random);

                // When
                double bound = form.chernoffBound();

                // Then
                Probability exact = form.positive(TOLERANCE);
                assertThat(bound).as("form %d", turn).isGreaterThanOrEqualTo(exact.value() - exact.error());
            }
        }

        private static NormalQuadraticForm drawn(SplittableRandom random) {
            int terms = random.nextInt(1, 16);
            double[] curvatures = new double[terms];
            double[] slopes = new double[terms];
            double spread = 0;
            for (int j = 0; j < terms; j++) {
                curvatures[j] = random.nextInt(5) == 0 ? 0 : sign(random) * Math.pow(10, random.nextDouble(-3, 3));
                slopes[j] = random.nextInt(4) == 0 ? 0 : sign(random) * Math.pow(10, random.nextDouble(-3, 2));
                spread += Math.abs(curvatures[j]) + Math.abs(slopes[j]);
            }
            // the integral is asked for with a quadratic part only
            curvatures[0] = sign(random) * Math.pow(10, random.nextDouble(-3, 3));
            return new NormalQuadraticForm(curvatures, slopes, random.nextDouble(-1, 1) * spread);
        }

        private static int sign(SplittableRandom random) {
            return random.nextBoolean() ? 1 : -1;
        }
    }

    @Nested
    class Edges {
        @Test
        void aFormThatIsNeverPositiveHasProbabilityZero() {
            // Given −(z − 1)² − 0.5
            NormalQuadraticForm form = new NormalQuadraticForm(new double[] {-1, 0}, new double[] {2, 0}, -1.5);

            // When, Then
            assertThat(form.positive(TOLERANCE)).isEqualTo(new Probability(0, 0));
            assertThat(form.negated().positive(TOLERANCE)).isEqualTo(new Probability(1, 0));
            assertThat(form.chernoffBound()).isZero();
        }

        @Test
        void aConstantIsPositiveOrNot() {
            assertThat(new NormalQuadraticForm(new double[1], new double[1], 2).positive(TOLERANCE))
                    .isEqualTo(new Probability(1, 0));
            assertThat(new NormalQuadraticForm(new double[1], new double[1], -2).positive(TOLERANCE))
                    .isEqualTo(new Probability(0, 0));
        }

        @Test
        void anErrorThatDoublesCannotReachIsNoResult() {
            // Given
            NormalQuadraticForm form = new NormalQuadraticForm(new double[] {1, -2}, new double[] {1, 1}, -0.5);

            // When, Then
            assertThatThrownBy(() -> form.positive(1e-19))
                    .isInstanceOf(IntegralNotConvergedException.class)
                    .hasMessageContaining("allowed 1.0E-19");
        }

        @Test
        void coefficientsThatAreNoNumbersAreRefused() {
            assertThatThrownBy(() -> new NormalQuadraticForm(new double[] {1}, new double[] {Double.NaN}, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("allowed: finite coefficients");
            assertThatThrownBy(() -> new NormalQuadraticForm(new double[] {1}, new double[2], 0))
                    .hasMessageContaining("curvatures are 1, slopes 2");
            NormalQuadraticForm form = new NormalQuadraticForm(new double[] {1}, new double[1], -1);
            assertThatThrownBy(() -> form.positive(0)).hasMessage("tolerance is 0.0; allowed: above 0");
        }
    }

    private static void assertCloseTo(Probability found, double expected) {
        assertThat(found.error()).isLessThanOrEqualTo(TOLERANCE);
        // the closed form has its own rounding
        assertThat(found.value()).isCloseTo(expected, within(found.error() + 2e-13));
    }

    private static double phi(double x) {
        return 0.5 * Erf.erfc(-x / Math.sqrt(2));
    }

    private static double[] filled(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }
}
