package io.faultline.poison.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianMixtureTest {
    private static final MeanDirection ALL_ONES = new MeanDirection.AllOnes();
    private static final double ROUNDING = 1e-14;

    /** Reference: scipy.stats.norm.cdf, SciPy 1.17.1. */
    @ParameterizedTest(name = "‖μ‖ = {0}")
    @CsvSource({"1, 0.8413447460685429", "2.5, 0.9937903346742238", "5, 0.9999997133484281"})
    void cleanDataIsToldRightWithProbabilityPhiOfTheNorm(double norm, double expected) {
        assertThat(GaussianMixture.of(10, norm, ALL_ONES).cleanAccuracy()).isCloseTo(expected, within(ROUNDING));
    }

    @ParameterizedTest
    @MethodSource("directions")
    void theMeanKeepsItsNormInTheSineBasis(MeanDirection direction) {
        // Given
        GaussianMixture mixture = GaussianMixture.of(33, 2.5, direction).withNorm(4);

        // When
        double squares = Arrays.stream(mixture.spectralMean()).map(x -> x * x).sum();

        // Then
        assertThat(squares).isCloseTo(16, within(1e-12));
        assertThat(mixture.norm()).isEqualTo(4);
    }

    static Stream<MeanDirection> directions() {
        return Stream.of(ALL_ONES, new MeanDirection.FirstAxis(), new MeanDirection.Random(Seed.of(3)));
    }

    @Test
    void aRandomDirectionIsItsSeeds() {
        // Given, When
        double[] drawn = new MeanDirection.Random(Seed.of(3)).unit(20);

        // Then
        assertThat(drawn)
                .isEqualTo(new MeanDirection.Random(Seed.of(3)).unit(20))
                .isNotEqualTo(new MeanDirection.Random(Seed.of(4)).unit(20));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aNormThatIsNoLengthIsRefused(double norm) {
        assertThatThrownBy(() -> GaussianMixture.of(10, norm, ALL_ONES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("norm of the mean is " + norm + "; allowed: a finite number above 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -3, 3073})
    void aDimensionOutOfRangeIsRefused(int dimension) {
        assertThatThrownBy(() -> GaussianMixture.of(dimension, 1, ALL_ONES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dimension is " + dimension)
                .hasMessageContaining("1 to 3072");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 0.5, 1, Double.NaN})
    void aFilterThatCannotBeInvertedIsRefused(double a) {
        GaussianMixture mixture = GaussianMixture.of(10, 1, ALL_ONES);
        assertThatThrownBy(() -> mixture.filtered(0.1, a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a₁ is " + a + "; allowed: 0 to below 0.5, where the filter is invertible");
        assertThatThrownBy(() -> mixture.filtered(a, 0.1)).hasMessageContaining("a₋₁ is " + a);
    }
}
