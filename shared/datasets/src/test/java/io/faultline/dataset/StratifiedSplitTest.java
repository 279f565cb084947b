package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StratifiedSplitTest {
    private static final Seed SEED = Seed.of(42);

    @ParameterizedTest(name = "{1} of {0} images are {2}")
    @CsvSource({"10, 0.1, 1", "15, 0.1, 2", "14, 0.1, 1", "2, 0.01, 1", "2, 0.99, 1", "5, 0.5, 3", "100, 0.25, 25"})
    void everyClassGivesItsRoundedShare(int size, double fraction, int heldOut) {
        // Given
        int[] labels = IntStream.range(0, 3 * size).map(i -> i % 3).toArray();

        // When
        StratifiedSplit split = StratifiedSplit.holdOut(labels, fraction, SEED);

        // Then
        for (int label = 0; label < 3; label++) {
            int wanted = label;
            assertThat(Arrays.stream(split.heldOut()).filter(place -> labels[place] == wanted))
                    .hasSize(heldOut);
        }
    }

    @Test
    void partsAreSortedAndMakeUpTheWhole() {
        // Given
        int[] labels = IntStream.range(0, 200).map(i -> i % 4).toArray();

        // When
        StratifiedSplit split = StratifiedSplit.holdOut(labels, 0.3, SEED);

        // Then
        assertThat(split.kept()).isSorted();
        assertThat(split.heldOut()).isSorted().hasSize(60);
        assertThat(IntStream.concat(Arrays.stream(split.kept()), Arrays.stream(split.heldOut()))
                        .toArray())
                .containsExactlyInAnyOrder(IntStream.range(0, 200).toArray());
    }

    @Test
    void sameSeedGivesTheSameSplitAndAnotherSeedAnother() {
        // Given
        int[] labels = IntStream.range(0, 200).map(i -> i % 4).toArray();

        // When
        int[] first = StratifiedSplit.holdOut(labels, 0.3, SEED).heldOut();

        // Then
        assertThat(StratifiedSplit.holdOut(labels, 0.3, SEED).heldOut()).isEqualTo(first);
        assertThat(StratifiedSplit.holdOut(labels, 0.3, Seed.of(43)).heldOut()).isNotEqualTo(first);
    }

    @Test
    void placesOfASeedAreFixed() {
        // Given
        int[] labels = IntStream.range(0, 20).map(i -> i % 2).toArray();

        // When
        int[] drawn = StratifiedSplit.draw(labels, 3, SEED);

        // Then: pinned, since a changed draw would change every split ever made
        assertThat(drawn).containsExactly(PINNED);
    }

    private static final int[] PINNED = {1, 4, 7, 12, 13, 14};

    @Test
    void largerDrawContainsTheSmaller() {
        // Given
        int[] labels = IntStream.range(0, 90).map(i -> i % 3).toArray();

        // When
        int[] small = StratifiedSplit.draw(labels, 5, SEED);
        int[] large = StratifiedSplit.draw(labels, 12, SEED);

        // Then
        assertThat(small).hasSize(15).isSorted();
        assertThat(large).hasSize(36).contains(small);
    }

    @Test
    void everyImageIsHeldOutByAboutItsShareOfSeeds() {
        // Given
        int[] labels = new int[20];
        int[] times = new int[20];
        int seeds = 2000;

        // When
        for (int seed = 0; seed < seeds; seed++) {
            for (int place :
                    StratifiedSplit.holdOut(labels, 0.25, Seed.of(seed)).heldOut()) {
                times[place]++;
            }
        }

        // Then: binomial(2000, 1/4) has mean 500 and deviation 19.4; five deviations fail by chance once in 10⁵ runs
        assertThat(Arrays.stream(times).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(403, 597));
    }

    @Test
    void classOfOneImageCannotBeSplit() {
        assertThatThrownBy(() -> StratifiedSplit.holdOut(new int[] {0, 0, 1, 2, 2}, 0.5, SEED))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("class 1 has 1 training images; expected at least 2");
    }

    @Test
    void drawLargerThanAClassNamesTheClass() {
        assertThatThrownBy(() -> StratifiedSplit.draw(new int[] {0, 0, 0, 1, 1}, 3, SEED))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("class 1 has 2 images, of which 3 were asked for");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, 1.5, Double.NaN})
    void fractionOutsideItsRangeIsRefused(double fraction) {
        assertThatThrownBy(() -> StratifiedSplit.holdOut(new int[] {0, 0}, fraction, SEED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(fraction));
    }
}
