package io.faultline.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SeriesTest {
    @Test
    void theMedianIsTheMiddleValueOrTheMeanOfTheTwo() {
        assertThat(of(9, 1, 4).median()).isEqualTo(4);
        assertThat(of(9, 1, 4, 6).median()).isEqualTo(5);
    }

    @Test
    void ratiosAreTakenRoundByRound() {
        // When: the medians' own ratio would be 2
        Series ratios = of(10, 40, 20).dividedBy(of(10, 10, 4));

        // Then
        assertThat(ratios.summary("%.1f")).isEqualTo("4.0 (1.0 to 5.0)");
    }

    @Test
    void noValueHasNoMedian() {
        assertThatThrownBy(() -> new Series().median())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a series without a value has no median");
    }

    private static Series of(double... values) {
        Series series = new Series();
        for (double value : values) {
            series.add(value);
        }
        return series;
    }
}
