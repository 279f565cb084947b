package io.faultline.poison.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.faultline.recipe.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.hipparchus.distribution.multivariate.MultivariateNormalDistribution;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.util.FastMath;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CudaMixtureTest {
    private static final double TOLERANCE = CudaMixture.DEFAULT_TOLERANCE;
    private static final MeanDirection ALL_ONES = new MeanDirection.AllOnes();
    private static final MeanDirection FIRST_AXIS = new MeanDirection.FirstAxis();

    /** Reference: NumPy 2.4.6 and SciPy 1.17.1 on dense matrices, written by src/test/python/theory_golden.py. */
    @Nested
    class Golden {
        /** Two routes to the same number, each through a matrix whose condition number reaches 10⁴. */
        private static final double DENSE_ALGEBRA = 1e-9;
        /** What scipy.optimize leaves of a minimum. */
        private static final double MINIMISER = 1e-8;

        static Stream<Case> cases() throws IOException {
            try (InputStream in = CudaMixtureTest.class.getResourceAsStream("/golden/theory.txt")) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                        .lines().filter(line -> !line.startsWith("#")).map(Case::parse).toList().stream();
            }
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("cases")
        void theQuadraticFormIsTheDenseOne(Case row) {
            // Given, When
            NormalQuadraticForm plus = row.mixture().plus();
            NormalQuadraticForm minus = row.mixture().minus();

            // Then
            double ofMean = row.constants[1] - row.constants[2];
            assertThat(plus.constant() - minus.constant()).isCloseTo(ofMean, relatively(ofMean));
            assertThat(plus.constant()).isCloseTo(row.constants[1], relatively(row.constants[1]));
            assertThat(minus.constant()).isCloseTo(row.constants[2], relatively(row.constants[2]));
            assertThat(plus.slopeNorm()).isCloseTo(row.constants[3], relatively(row.constants[3]));
            assertThat(minus.slopeNorm()).isCloseTo(row.constants[4], relatively(row.constants[4]));
            assertThat(plus.curvatureNorm()).isCloseTo(row.constants[5], relatively(row.constants[5]));
            assertThat(minus.curvatureNorm()).isEqualTo(plus.curvatureNorm());
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("cases")
        void theExactAccuracyIsTheReferences(Case row) {
            // Given, When
            Probability found = row.mixture().exactAccuracy(TOLERANCE);

            // Then
            assertThat(found.value()).isCloseTo(row.exact, within(DENSE_ALGEBRA));
            assertThat(found.error()).isLessThanOrEqualTo(TOLERANCE);
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("cases")
        void theExactAccuracyIsWithinThePixelsMonteCarloError(Case row) {
            // Given, When
            double found = row.mixture().exactAccuracy(TOLERANCE).value();

            // Then
            assertThat(row.monteCarlo.share())
                    .isCloseTo(found, within(fourStandardErrors(found, row.monteCarlo.draws())));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("cases")
        void theBoundsAreTheReferences(Case row) {
            assertThat(row.mixture().bound()).isCloseTo(row.bound, within(MINIMISER));
            assertThat(row.mixture().boundAsPrinted()).isCloseTo(row.printed, within(MINIMISER));
        }

        private Offset<Double> relatively(double value) {
            return within(DENSE_ALGEBRA * (1 + Math.abs(value)));
        }

        private record Case(
                String name,
                CudaMixture mixture,
                double[] constants,
                double exact,
                SampledAccuracy monteCarlo,
                double bound,
                double printed) {
            static Case parse(String line) {
                String[] field = line.split(" ");
                double[] number = IntStream.range(0, field.length)
                        .mapToDouble(i -> i == 1 ? Double.NaN : Double.parseDouble(field[i]))
                        .toArray();
                MeanDirection direction = field[1].equals(ALL_ONES.label()) ? ALL_ONES : FIRST_AXIS;
                return new Case(
                        "d = %s, %s, ‖μ‖ = %s, a = (%s, %s)".formatted((Object[]) field),
                        GaussianMixture.of((int) number[0], number[2], direction)
                                .filtered(number[3], number[4]),
                        IntStream.range(5, 11).mapToDouble(i -> number[i]).toArray(),
                        number[11],
                        new SampledAccuracy((long) number[12], (long) number[13]),
                        number[14],
                        number[15]);
            }

            @Override
            public String toString() {
                return name;
            }
        }
    }

    /** The table of papers.md, section 1.9: simulated there with 10⁵ to 4·10⁵ draws, printed with three digits. */
    @ParameterizedTest(name = "d = {0}, ‖μ‖ = {1}, a = ({2}, {3})")
    @CsvSource({
        "10, 1.0, 0.1, 0.3, 0.676, 0.642, 0.970",
        "10, 1.0, 0.1, 0.45, 0.531, 0.128, 0.639",
        "10, 2.5, 0.1, 0.45, 0.645, 0.484, 0.847",
        "10, 5.0, 0.3, 0.49, 0.633, 0.538, 0.797",
        "100, 1.0, 0, 0.3, 0.501, 0.004, 0.506",
        "100, 2.5, 0, 0.3, 0.522, 0.068, 0.609",
        "100, 5.0, 0, 0.3, 0.873, 0.572, 1.000"
    })
    void theTableOfTheLedgerComesOut(
            int dimension, double norm, double aMinus, double aPlus, double simulated, double printed, double valid) {
        // Given
        double halfADigit = 0.0005 + 1e-9;
        CudaMixture mixture = GaussianMixture.of(dimension, norm, ALL_ONES).filtered(aMinus, aPlus);

        // When
        double exact = mixture.exactAccuracy(TOLERANCE).value();

        // Then
        assertThat(simulated).isCloseTo(exact, within(fourStandardErrors(exact, 100_000) + halfADigit));
        // the ledger's t are not quite the best ones: 0.53749 here is 0.538 there
        assertThat(mixture.boundAsPrinted()).isBetween(printed - 2 * halfADigit, printed + halfADigit);
        assertThat(mixture.bound()).isBetween(valid - 2 * halfADigit, valid + halfADigit);
    }

    /** Lemma 4 from the densities of Lemma 2: the boundary is where twice the log-likelihood ratio is 0. */
    @ParameterizedTest(name = "d = {0}, a = ({1}, {2})")
    @CsvSource({"1, 0.2, 0.4", "2, 0.1, 0.45", "5, 0.4, 0", "8, 0.3, 0.3"})
    void theBoundaryIsTheLogLikelihoodRatioOfTheTwoClasses(int dimension, double aMinus, double aPlus) {
        // Given
        double norm = 1.7;
        CudaMixture mixture = GaussianMixture.of(dimension, norm, FIRST_AXIS).filtered(aMinus, aPlus);
        double[] mean = new double[dimension];
        mean[0] = norm;
        MultivariateNormalDistribution plus = filtered(SineBasisTest.toeplitz(dimension, aPlus), mean, 1);
        MultivariateNormalDistribution minus = filtered(SineBasisTest.toeplitz(dimension, aMinus), mean, -1);
        RealMatrix basis = new SineBasis(dimension).matrix();
        SplittableRandom random = new SplittableRandom(5);

        for (int turn = 0; turn < 20; turn++) {
            double[] noise = random.doubles(dimension, -2, 2).toArray();
            double[] above = new double[dimension];
            double[] below = new double[dimension];
            for (int i = 0; i < dimension; i++) {
                above[i] = noise[i] + mean[i];
                below[i] = noise[i] - mean[i];
            }
            double[] spectral = basis.operate(noise);

            // When
            double right = mixture.plus().at(spectral);
            double left = mixture.minus().at(spectral);

            // Then
            assertThat(right).isCloseTo(2 * FastMath.log(plus.density(above) / minus.density(above)), within(1e-9));
            assertThat(left).isCloseTo(2 * FastMath.log(minus.density(below) / plus.density(below)), within(1e-9));
        }
    }

    private static MultivariateNormalDistribution filtered(RealMatrix filter, double[] mean, int sign) {
        double[] shifted = filter.operate(mean);
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] *= sign;
        }
        return new MultivariateNormalDistribution(
                shifted, filter.multiply(filter).getData());
    }

    @Nested
    class OnAGrid {
        private static final List<Double> BLURS = List.of(0.0, 0.001, 0.1, 0.2, 0.33, 0.45, 0.4999);
        private static final long DRAWS = 4000;

        /** Everything that must hold anywhere, from one dimension to many. */
        @ParameterizedTest(name = "d = {0}, {1}")
        @MethodSource("models")
        void samplingAgreesAndTheBoundHolds(int dimension, MeanDirection direction) {
            for (double norm : ContourPlan.NORMS_OF_THE_PAPER) {
                GaussianMixture clean = GaussianMixture.of(dimension, norm, direction);
                int place = 0;
                for (double aMinus : BLURS) {
                    for (double aPlus : BLURS) {
                        // Given
                        CudaMixture mixture = clean.filtered(aMinus, aPlus);
                        String where = "‖μ‖ = %s, a = (%s, %s)".formatted(norm, aMinus, aPlus);

                        // When
                        Probability exact = mixture.exactAccuracy(TOLERANCE);
                        SampledAccuracy sampled =
                                mixture.sampledAccuracy(DRAWS, Seed.of(77).derive(place++));

                        // Then
                        assertThat(sampled.share())
                                .as(where)
                                .isCloseTo(exact.value(), within(fourStandardErrors(exact.value(), DRAWS)));
                        assertThat(mixture.bound()).as(where).isGreaterThanOrEqualTo(exact.value() - exact.error());
                        assertThat(exact.value())
                                .as("no classifier beats the clean data's own, " + where)
                                .isLessThanOrEqualTo(clean.cleanAccuracy() + exact.error());
                        assertThat(exact.error()).isLessThanOrEqualTo(TOLERANCE);
                    }
                }
            }
        }

        static Stream<Arguments> models() {
            return Stream.of(1, 2, 3, 4, 10, 41)
                    .flatMap(dimension -> Stream.of(ALL_ONES, FIRST_AXIS, new MeanDirection.Random(Seed.of(9)))
                            .map(direction -> Arguments.of(dimension, direction)));
        }

        @Test
        void swappingTheClassesChangesNothing() {
            GaussianMixture clean = GaussianMixture.of(12, 2, FIRST_AXIS);
            CudaMixture mixture = clean.filtered(0.1, 0.4);
            CudaMixture swapped = clean.filtered(0.4, 0.1);
            assertThat(swapped.exactAccuracy(TOLERANCE).value())
                    .isCloseTo(mixture.exactAccuracy(TOLERANCE).value(), within(2 * TOLERANCE));
            assertThat(swapped.bound()).isCloseTo(mixture.bound(), within(1e-12));
        }
    }

    @Nested
    class Degenerate {
        @Test
        void withoutFiltersTheClassifierIsTheCleanOne() {
            // Given
            GaussianMixture clean = GaussianMixture.of(10, 1, ALL_ONES);

            // When
            Probability accuracy = clean.filtered(0, 0).exactAccuracy(TOLERANCE);

            // Then
            assertThat(accuracy.value()).isCloseTo(clean.cleanAccuracy(), within(1e-15));
            assertThat(accuracy.error()).isLessThan(1e-14);
        }

        /** A = 0, b = 4A_y⁻¹μ: accuracy Φ(μᵀA_y⁻¹μ / ‖A_y⁻¹μ‖), by the library's solver. */
        @ParameterizedTest(name = "d = {0}, a = {1}")
        @CsvSource({"1, 0.4", "2, 0.4", "10, 0.2", "25, 0.49"})
        void equalFiltersGiveALinearClassifier(int dimension, double a) {
            // Given
            double norm = 1.5;
            CudaMixture mixture =
                    GaussianMixture.of(dimension, norm, FIRST_AXIS).filtered(a, a);
            double[] mean = new double[dimension];
            mean[0] = norm;
            double[] weights = new LUDecomposition(SineBasisTest.toeplitz(dimension, a))
                    .getSolver()
                    .getInverse()
                    .operate(mean);

            // When
            Probability accuracy = mixture.exactAccuracy(TOLERANCE);

            // Then
            double squares = 0;
            for (double weight : weights) {
                squares += weight * weight;
            }
            double expected = StandardNormal.below(weights[0] * norm / FastMath.sqrt(squares));
            assertThat(accuracy.value()).isCloseTo(expected, within(1e-13));
            assertThat(mixture.plus().curvatureNorm()).isZero();
            assertThat(mixture.bound()).isGreaterThanOrEqualTo(expected);
        }

        @Test
        void nearlyEqualFiltersGoOverIntoEqualOnes() {
            // Given
            GaussianMixture clean = GaussianMixture.of(10, 2.5, FIRST_AXIS);

            // When
            double near =
                    clean.filtered(0.2, 0.2 + 1e-12).exactAccuracy(TOLERANCE).value();

            // Then
            assertThat(near)
                    .isCloseTo(clean.filtered(0.2, 0.2).exactAccuracy(TOLERANCE).value(), within(1e-10));
        }

        @Test
        void inOneDimensionTheFilterDoesNothing() {
            // Given
            GaussianMixture clean = GaussianMixture.of(1, 2.5, ALL_ONES);

            // When
            CudaMixture mixture = clean.filtered(0.1, 0.4);

            // Then
            assertThat(mixture.exactAccuracy(TOLERANCE).value()).isCloseTo(clean.cleanAccuracy(), within(1e-15));
        }

        @ParameterizedTest(name = "d = {0}, a = ({1}, {2})")
        @CsvSource({"2, 0, 0.4999999", "100, 0.4999999, 0", "500, 0.49, 0.4999", "3072, 0.1, 0.101"})
        void extremeBlursAndManyDimensionsConverge(int dimension, double aMinus, double aPlus) {
            // Given
            GaussianMixture clean = GaussianMixture.of(dimension, 5, ALL_ONES);

            // When
            CudaMixture mixture = clean.filtered(aMinus, aPlus);

            // Then
            Probability exact = mixture.exactAccuracy(TOLERANCE);
            SampledAccuracy sampled = mixture.sampledAccuracy(2000, Seed.of(1));
            assertThat(sampled.share()).isCloseTo(exact.value(), within(fourStandardErrors(exact.value(), 2000)));
            assertThat(mixture.bound()).isGreaterThanOrEqualTo(exact.value() - exact.error());
        }
    }

    @Nested
    class Printed {
        @ParameterizedTest(name = "d = {0}, ‖μ‖ = {1}, a = ({2}, {3})")
        @CsvSource({"10, 1, 0.1, 0.45", "100, 1, 0, 0.3", "2, 1, 0.2, 0.2001", "10, 1, 0.1, 0.102", "100, 1, 0.1, 0.101"
        })
        void whatIsPrintedFallsBelowTheAccuracy(int dimension, double norm, double aMinus, double aPlus) {
            // Given
            CudaMixture mixture = GaussianMixture.of(dimension, norm, ALL_ONES).filtered(aMinus, aPlus);

            // When
            double printed = mixture.boundAsPrinted();

            // Then
            assertThat(printed).isLessThan(mixture.exactAccuracy(TOLERANCE).value() - 0.3);
        }

        @Test
        void equalFiltersMakeItDivideByZeroAndItsLimitIsZero() {
            assertThat(GaussianMixture.of(10, 1, ALL_ONES).filtered(0.2, 0.2).boundAsPrinted())
                    .isZero();
        }

        @Test
        void mendingTheSignOfTheSecondDeterminantIsNotEnough() {
            // Given
            CudaMixture farApart = GaussianMixture.of(10, 1, ALL_ONES).filtered(0.1, 0.45);
            CudaMixture near = GaussianMixture.of(100, 1, ALL_ONES).filtered(0.22, 0.24);
            CudaMixture nearer = GaussianMixture.of(10, 1, ALL_ONES).filtered(0.1, 0.102);

            // When, Then
            assertThat(mended(farApart)).isCloseTo(0.6268, within(5e-5));
            assertThat(accuracy(farApart)).isCloseTo(0.5312, within(5e-5));
            assertThat(mended(near)).isCloseTo(0.5367, within(5e-5));
            assertThat(accuracy(near)).isCloseTo(0.5499, within(5e-5));
            assertThat(mended(nearer)).isLessThan(1e-20);
            assertThat(accuracy(nearer)).isCloseTo(0.8411, within(5e-5));
        }

        private static double mended(CudaMixture mixture) {
            return TheoremTwo.withSecondSignMended(mixture.plus(), mixture.minus());
        }

        private static double accuracy(CudaMixture mixture) {
            return mixture.exactAccuracy(TOLERANCE).value();
        }
    }

    @Nested
    class Sampling {
        private final CudaMixture mixture = GaussianMixture.of(10, 1, ALL_ONES).filtered(0.1, 0.3);

        /** The number is this program's own, kept so that no Java version and no thread count changes it. */
        @Test
        void theSameSeedDrawsTheSameOnEveryJava() {
            assertThat(mixture.sampledAccuracy(300_001, Seed.of(42))).isEqualTo(new SampledAccuracy(203_214, 300_001));
        }

        @Test
        void threadsDoNotChangeTheCounts() {
            // Given
            ForkJoinPool one = new ForkJoinPool(1);
            ForkJoinPool four = new ForkJoinPool(4);
            try {
                // When
                SampledAccuracy alone = one.submit(() -> mixture.sampledAccuracy(9000, Seed.of(6)))
                        .join();
                SampledAccuracy together = four.submit(() -> mixture.sampledAccuracy(9000, Seed.of(6)))
                        .join();

                // Then
                assertThat(together).isEqualTo(alone).isNotEqualTo(mixture.sampledAccuracy(9000, Seed.of(7)));
            } finally {
                one.shutdown();
                four.shutdown();
            }
        }

        @Test
        void theStandardErrorIsTheBinomials() {
            assertThat(new SampledAccuracy(20, 100).standardError()).isCloseTo(0.04, within(1e-15));
        }

        @Test
        void nothingDrawnIsRefused() {
            assertThatThrownBy(() -> mixture.sampledAccuracy(0, Seed.of(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("draws are 0; allowed: 1 and more");
        }
    }

    /** Of the true share, and two draws more, since near 1 the count is no longer normal. */
    private static double fourStandardErrors(double truth, long draws) {
        return 4 * Math.sqrt(truth * (1 - truth) / draws) + 2.0 / draws;
    }
}
