package io.faultline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RatioTest {
    @ParameterizedTest
    @CsvSource({
        "8/255, 8, 255",
        "-8/255, -8, 255",
        "16/510, 16, 510",
        "0.25, 25, 100",
        "-0.5, -5, 10",
        "1e-3, 1, 1000",
        "2, 2, 1",
        "1e2, 100, 1"
    })
    void textIsReadExactly(String text, long numerator, long denominator) {
        assertThat(Ratio.parse(text)).isEqualTo(new Ratio(numerator, denominator));
    }

    @ParameterizedTest
    @CsvSource({"8, 255, 8/255", "16, 510, 16/510", "3, 1, 3", "0, 1, 0", "-2, 255, -2/255"})
    void wireFormReadsBackEqual(long numerator, long denominator, String text) {
        // Given
        Ratio ratio = Ratio.of(numerator, denominator);

        // When, Then
        assertThat(ratio).hasToString(text);
        assertThat(Ratio.parse(text)).isEqualTo(ratio);
    }

    @Test
    void valueIsTheNearestDouble() {
        assertThat(Ratio.of(8, 255).value()).isEqualTo(8.0 / 255);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "8/", "/255", "8/255/2", "1/2.5", "NaN", "0x10", "8 of 255", "1e-400", "1e400", "1e10"})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> Ratio.parse(text))
                .isInstanceOf(InvalidRecipeException.class)
                .hasMessage("ratio is '" + text + "'; allowed: a fraction such as \"8/255\" or a decimal number");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void denominatorMustBeAboveZero(long denominator) {
        assertThatThrownBy(() -> Ratio.of(1, denominator)).hasMessageContaining("a denominator above zero");
    }
}
