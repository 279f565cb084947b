package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.poison.key.KeyDerivation;
import io.faultline.poison.key.MasterKey;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedFiltersTest {
    private static final MasterKey KEY = MasterKey.fromHex("0123456789abcdef".repeat(4), "test key");
    private static final byte[] DATASET = {1, 2, 3};

    @Test
    void sameKeyAndDatasetGiveTheSameFilterBank() {
        assertThat(new KeyedFilters(KEY.forDataset(DATASET)).generate(10, 3, 0.3))
                .isEqualTo(new KeyedFilters(KEY.forDataset(DATASET)).generate(10, 3, 0.3));
    }

    @Test
    void anotherKeyDatasetOrClassGivesAnotherFilter() {
        // Given
        KeyDerivation otherKey =
                MasterKey.fromHex("fedcba9876543210".repeat(4), "test key").forDataset(DATASET);

        // When
        FilterBank bank = new KeyedFilters(KEY.forDataset(DATASET)).generate(2, 3, 0.3);

        // Then
        assertThat(bank).isNotEqualTo(new KeyedFilters(otherKey).generate(2, 3, 0.3));
        assertThat(bank).isNotEqualTo(new KeyedFilters(KEY.forDataset(new byte[] {1, 2, 4})).generate(2, 3, 0.3));
        assertThat(bank.drawn(0)).isNotEqualTo(bank.drawn(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 9, 63})
    void eachFilterHasASingleOneAndItsOtherEntriesAreBelowTheBlur(int kernelSize) {
        // Given, When
        FilterBank bank = new KeyedFilters(KEY.forDataset(DATASET)).generate(20, kernelSize, 0.3);

        // Then
        for (int label = 0; label < bank.classes(); label++) {
            double[] filter = bank.drawn(label);
            assertThat(Arrays.stream(filter).filter(entry -> entry == 1)).hasSize(1);
            assertThat(Arrays.stream(filter).filter(entry -> entry >= 0 && entry < 0.3))
                    .hasSize(kernelSize * kernelSize - 1);
        }
    }

    @Test
    void entriesAndPlacesOfTheOneAreUniform() {
        // Given: 2000 filters; the places' standard deviation is about 14, the entries' mean's about 0.0007
        FilterBank bank = new KeyedFilters(KEY.forDataset(DATASET)).generate(2000, 3, 0.3);

        // When
        int[] ones = new int[9];
        IntStream.range(0, 2000).forEach(label -> ones[place(bank.drawn(label))]++);
        double mean = IntStream.range(0, 2000)
                .mapToObj(bank::drawn)
                .flatMapToDouble(Arrays::stream)
                .filter(entry -> entry < 1)
                .average()
                .orElseThrow();

        // Then
        assertThat(IntStream.of(ones)).allMatch(count -> Math.abs(count - 222) <= 5 * 14);
        assertThat(mean).isBetween(0.15 - 0.0035, 0.15 + 0.0035);
    }

    private static int place(double[] filter) {
        return IntStream.range(0, filter.length)
                .filter(i -> filter[i] == 1)
                .findFirst()
                .orElseThrow();
    }
}
