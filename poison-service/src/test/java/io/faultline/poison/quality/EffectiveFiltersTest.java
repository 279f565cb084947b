package io.faultline.poison.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.poison.cuda.FilterBank;
import io.faultline.poison.cuda.NumpySeededFilters;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectiveFiltersTest {
    /** Each entry is known to half a level of 255. */
    private static final double BYTES = 0.01;

    @Test
    void theCosineIsThatOfTheFilters() {
        // Given: seed 0's first two filters, whose entries golden/filters-k3.txt holds
        EffectiveFilters filters = EffectiveFilters.of(new NumpySeededFilters(0).generate(10, 3, 0.3));
        List<double[]> drawn = GoldenFilters.read(3, 0);

        for (int label = 0; label < 10; label++) {
            for (int other = 0; other < 10; other++) {
                // When
                double cosine = filters.cosine(label, other);

                // Then
                assertThat(cosine).isCloseTo(cosine(drawn.get(label), drawn.get(other)), within(BYTES));
            }
        }
    }

    @Test
    void aFilterOfOneEntryLeavesImagesWhatTheyAre() {
        // Given
        EffectiveFilters filters = EffectiveFilters.of(new NumpySeededFilters(0).generate(2, 1, 0.3));

        // Then
        assertThat(filters.onlyMoves(0)).isTrue();
        assertThat(filters.isIdentity(0)).isTrue();
        assertThat(filters.cosine(0, 1)).isEqualTo(1);
    }

    @Test
    void aFilterWithoutBlurMovesUnlessItsOneIsInTheMiddle() {
        // Given
        EffectiveFilters filters = new EffectiveFilters(
                3, List.of(new int[] {0, 255, 0, 0, 0, 0, 0, 0, 0}, new int[] {0, 0, 0, 0, 255, 0, 0, 0, 0}, new int[] {
                    0, 1, 0, 0, 255, 0, 0, 0, 0
                }));

        // Then
        assertThat(filters.onlyMoves(0)).isTrue();
        assertThat(filters.isIdentity(0)).isFalse();
        assertThat(filters.isIdentity(1)).isTrue();
        assertThat(filters.onlyMoves(2)).isFalse();
        assertThat(filters.isIdentity(2)).isFalse();
    }

    @Test
    void noEntryIsPrinted() {
        FilterBank bank = new NumpySeededFilters(0).generate(10, 5, 0.3);
        assertThat(EffectiveFilters.of(bank)).hasToString("EffectiveFilters[10 classes, 5×5]");
    }

    private static double cosine(double[] one, double[] other) {
        double product = 0;
        double oneSquares = 0;
        double otherSquares = 0;
        for (int i = 0; i < one.length; i++) {
            product += one[i] * other[i];
            oneSquares += one[i] * one[i];
            otherSquares += other[i] * other[i];
        }
        return product / Math.sqrt(oneSquares * otherSquares);
    }
}
