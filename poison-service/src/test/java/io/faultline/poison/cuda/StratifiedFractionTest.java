package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.recipe.Seed;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StratifiedFractionTest {
    private static final Seed SEED = Seed.of(11);

    @ParameterizedTest(name = "{0} of 10 and 5 images protects {1} and {2}")
    @CsvSource({"0, 0, 0", "0.2, 2, 1", "0.5, 5, 3", "0.99, 10, 5", "1, 10, 5"})
    void theFractionHoldsInEachClass(double fraction, int ofFirst, int ofSecond) {
        // Given
        int[] labels = labels(10, 5);

        // When
        BitSet places = StratifiedFraction.draw(labels, 2, fraction, SEED);

        // Then
        assertThat(places.stream().filter(place -> labels[place] == 0)).hasSize(ofFirst);
        assertThat(places.stream().filter(place -> labels[place] == 1)).hasSize(ofSecond);
    }

    @Test
    void anotherSeedProtectsOtherImagesAndTheSameOneTheSame() {
        // Given
        int[] labels = labels(100, 100);
        BitSet places = StratifiedFraction.draw(labels, 2, 0.5, SEED);

        // When, Then
        assertThat(StratifiedFraction.draw(labels, 2, 0.5, SEED)).isEqualTo(places);
        assertThat(StratifiedFraction.draw(labels, 2, 0.5, Seed.of(12))).isNotEqualTo(places);
    }

    private static int[] labels(int first, int second) {
        return IntStream.range(0, first + second).map(i -> i < first ? 0 : 1).toArray();
    }
}
