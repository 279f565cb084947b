package io.faultline.vision.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviatesTest {
    private static final int DRAWS = 40_000;
    /** Kolmogorov's distance that one of ten million samples of the right distribution exceeds: sqrt(ln(2e7) / 2n). */
    private static final double FAR = Math.sqrt(Math.log(2e7) / (2 * DRAWS));

    private final Deviates deviates = new Deviates(Seed.of(11).generator());

    @Test
    void normalsHaveTheMomentsOfTheNormalDistribution() {
        // When
        double[] drawn = DoubleStream.generate(deviates::normal).limit(DRAWS).toArray();
        // Then: 1/√n, √(2/n), √(15/n), √(96/n) are the deviations of the means; five of each
        assertThat(mean(drawn, x -> x)).isCloseTo(0, within(0.025));
        assertThat(mean(drawn, x -> x * x)).isCloseTo(1, within(0.036));
        assertThat(mean(drawn, x -> x * x * x)).isCloseTo(0, within(0.097));
        assertThat(mean(drawn, x -> x * x * x * x)).isCloseTo(3, within(0.245));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.2, 0.5, 1, 2, 8})
    void betaHasMeanOneHalfAndTheVarianceOfTheFormula(double alpha) {
        // When
        double[] drawn =
                DoubleStream.generate(() -> deviates.beta(alpha)).limit(DRAWS).toArray();
        // Then: Var = 1 / (4 (2α + 1)); the fourth central moment is 3 Var² (2α + 1) / (2α + 3)
        double variance = 1 / (4 * (2 * alpha + 1));
        double fourth = 3 * variance * variance * (2 * alpha + 1) / (2 * alpha + 3);
        assertThat(Arrays.stream(drawn)).allMatch(x -> x >= 0 && x <= 1);
        assertThat(mean(drawn, x -> x)).isCloseTo(0.5, within(5 * Math.sqrt(variance / DRAWS)));
        assertThat(mean(drawn, x -> Math.pow(x - 0.5, 2)))
                .isCloseTo(variance, within(5 * Math.sqrt((fourth - variance * variance) / DRAWS)));
    }

    @Test
    void betaOfOneIsUniform() {
        assertDistribution(1, x -> x);
    }

    @Test
    void betaOfOneHalfIsTheArcsineLaw() {
        assertDistribution(0.5, x -> 2 / Math.PI * Math.asin(Math.sqrt(x)));
    }

    @Test
    void betaOfTwoHasItsCubic() {
        assertDistribution(2, x -> x * x * (3 - 2 * x));
    }

    @Test
    void betaOfATinyParameterIsZeroOrOneAndNeverNothing() {
        double[] drawn =
                DoubleStream.generate(() -> deviates.beta(1e-4)).limit(2_000).toArray();
        assertThat(Arrays.stream(drawn)).allMatch(x -> x >= 0 && x <= 1);
        assertThat(Arrays.stream(drawn).filter(x -> x > 0.5).count()).isBetween(880L, 1_120L);
    }

    /**
     * What Python 3.11 computes from the published mixing function of SplittableRandom, but for the last digit of the third, where
     * its logarithms round otherwise.
     */
    @Test
    void drawsTheSameNumbersOnEveryJava() {
        Deviates known = new Deviates(Seed.of(1).generator());
        assertThat(new double[] {known.normal(), known.normal(), known.beta(1), known.beta(0.2)})
                .containsExactly(0.42945220538400686, 1.5857725335739927, 0.6409328790353193, 0.0865585806353124);
    }

    private void assertDistribution(double alpha, DoubleUnaryOperator distribution) {
        double[] drawn = DoubleStream.generate(() -> deviates.beta(alpha))
                .limit(DRAWS)
                .sorted()
                .toArray();
        double distance = 0;
        for (int i = 0; i < DRAWS; i++) {
            double expected = distribution.applyAsDouble(drawn[i]);
            distance = Math.max(distance, Math.max(expected - i / (double) DRAWS, (i + 1.0) / DRAWS - expected));
        }
        assertThat(distance).isLessThan(FAR);
    }

    private static double mean(double[] numbers, DoubleUnaryOperator of) {
        return Arrays.stream(numbers).map(of).average().orElseThrow();
    }
}
