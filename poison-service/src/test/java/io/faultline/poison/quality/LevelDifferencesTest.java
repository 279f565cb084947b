package io.faultline.poison.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LevelDifferencesTest {
    @Test
    void differencesAreThoseOfACaseComputedByHand() {
        // Given: 3² + 255² + 1 + 1; the third and the fourth came to an end, the second and the last were at one
        byte[] original = {10, (byte) 255, 1, (byte) 254, 0};
        byte[] published = {13, 0, 0, (byte) 255, 0};

        // When
        LevelDifferences differences = LevelDifferences.byLoops(original, published, 0);

        // Then
        assertThat(differences).isEqualTo(new LevelDifferences(9 + 65_025 + 1 + 1, 2));
    }

    /** Some are shorter than a vector, end with one or with a block of squares, or begin the next one. */
    @ParameterizedTest
    @ValueSource(ints = {3, 15, 16, 48, 3072, 16_384, 16_385, 32_768, 100_003})
    void vectorsFindWhatLoopsFind(int length) {
        assumeTrue(VectorDifferences.available(), "the processor's vectors are shorter than 256 bits");
        // Given: every fourth value at an end of the range
        SplittableRandom random = Seed.of(length).generator();
        byte[] original = new byte[length];
        byte[] published = new byte[length];
        random.nextBytes(original);
        random.nextBytes(published);
        for (int i = 0; i < length; i++) {
            original[i] = i % 4 == 0 ? (byte) -random.nextInt(2) : original[i];
            published[i] = i % 4 < 2 ? (byte) -random.nextInt(2) : published[i];
        }

        // When
        LevelDifferences differences = VectorDifferences.of(original, published);

        // Then
        assertThat(differences).isEqualTo(LevelDifferences.byLoops(original, published, 0));
    }

    @Test
    void theLargestSquaresFit() {
        assumeTrue(VectorDifferences.available(), "the processor's vectors are shorter than 256 bits");
        // Given
        byte[] white = new byte[200_000];
        Arrays.fill(white, (byte) 255);
        byte[] black = new byte[white.length];
        LevelDifferences expected = new LevelDifferences(65_025L * white.length, 0);

        // When, Then
        assertThat(VectorDifferences.of(white, black)).isEqualTo(expected);
        assertThat(LevelDifferences.byLoops(white, black, 0)).isEqualTo(expected);
    }
}
