package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reference: NumPy 2.4.6 and PyTorch 2.13.0, written by src/test/python/cuda_golden.py. */
class NumpySeededFiltersTest {
    private static final int CLASSES = 10;
    private static final int SEEDS = 4;

    @ParameterizedTest(name = "k = {0}, p_b = {1}")
    @CsvSource({"3, 0.3", "5, 0.3", "9, 0.06"})
    void filtersEqualNumpysBitForBit(int kernelSize, double blur) throws IOException {
        // Given
        Iterator<String> reference = lines("filters-k" + kernelSize + ".txt");
        int seeds = 0;

        while (reference.hasNext()) {
            // When
            long seed = Long.parseLong(reference.next().substring("seed ".length()));
            FilterBank bank = new NumpySeededFilters(seed).generate(CLASSES, kernelSize, blur);

            // Then
            for (int label = 0; label < CLASSES; label++) {
                double[] drawn = bank.drawn(label);
                float[] weights = bank.weights(label);
                for (int i = 0; i < kernelSize * kernelSize; i++) {
                    String found = "%016x %08x"
                            .formatted(Double.doubleToRawLongBits(drawn[i]), Float.floatToRawIntBits(weights[i]));
                    assertThat(found)
                            .as("seed %d, class %d, entry %d", seed, label, i)
                            .isEqualTo(reference.next());
                }
            }
            seeds++;
        }
        assertThat(seeds).isEqualTo(SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({
        "0, 10, 3, 0.3, 0.5, 0000111111101010111100101010100100111011101010010100111010001101",
        "42, 3, 5, 0.2, 0.2, 0000000001000000000010100000010000000100000011011010100001000010",
        "4294967295, 2, 9, 0.06, 0.8, 0111111011110111111111110111111111111110111010111000111111111110"
    })
    void coinsEqualNumpys(long seed, int classes, int kernelSize, double blur, double fraction, String coins) {
        // When
        BitSet places = new NumpySeededFilters(seed).toss(classes, kernelSize, blur, coins.length(), fraction);

        // Then: src/test/python/coin_golden.py
        StringBuilder tossed = new StringBuilder();
        for (int place = 0; place < coins.length(); place++) {
            tossed.append(places.get(place) ? '1' : '0');
        }
        assertThat(tossed).hasToString(coins);
    }

    @Test
    void aKernelOfOneIsTheIdentity() {
        // Given, When
        FilterBank bank = new NumpySeededFilters(5).generate(2, 1, 0.3);

        // Then
        assertThat(bank.drawn(0)).containsExactly(1);
        assertThat(bank.drawn(1)).containsExactly(1);
    }

    @Test
    void aSeedBeyond32BitsIsRefused() {
        assertThatThrownBy(() -> new NumpySeededFilters(1L << 32).generate(1, 3, 0.3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seed is 4294967296; NumPy allows 0 to 4294967295");
    }

    private static Iterator<String> lines(String name) throws IOException {
        try (InputStream in = NumpySeededFiltersTest.class.getResourceAsStream("/golden/" + name)) {
            return Arrays.stream(new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n"))
                    .filter(line -> !line.startsWith("#"))
                    .iterator();
        }
    }
}
