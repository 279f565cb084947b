package io.faultline.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalQuantileTest {
    /** The algorithm's own bound is 1e-16; SciPy's another one's. */
    private static final double RELATIVE = 1e-14;

    /** scipy.stats.norm.ppf, SciPy 1.17.1. */
    @ParameterizedTest
    @CsvSource({
        "0.6, 0.2533471031357997",
        "0.925, 1.4395314709384563",
        "0.93, 1.475791028179171",
        "0.9999, 3.719016485455709",
        "1e-300, -37.0470962993612",
        "0.001, -3.090232306167813",
        "0.07, -1.4757910281791706",
        "0.999999999999, 7.0344869100478356",
        "0.3, -0.5244005127080409"
    })
    void equalsSciPy(double probability, double expected) {
        assertThat(NormalQuantile.of(probability)).isCloseTo(expected, within(RELATIVE * Math.abs(expected)));
    }

    @Test
    void isZeroInTheMiddleAndInfiniteAtTheEnds() {
        assertThat(NormalQuantile.of(0.5)).isZero();
        assertThat(NormalQuantile.of(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(NormalQuantile.of(1)).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NormalQuantile.of(1.5))
                .withMessage("probability is 1.5; allowed: 0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> NormalQuantile.of(Double.NaN));
    }
}
