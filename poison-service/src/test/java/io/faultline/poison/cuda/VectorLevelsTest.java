package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against true divisions, where they are hardest to meet: at each of the 255 places where the level changes. */
class VectorLevelsTest {
    private static final int FRACTIONS = 1 << 23;
    private static final int CHUNK = 1 << 12;
    private static final int TRIED = 5_000;

    @BeforeAll
    static void theProcessorHasVectors() {
        assumeTrue(VectorLevels.available(), "the processor's vectors are shorter than 256 bits");
    }

    @ParameterizedTest
    @EnumSource
    void levelsChangeWhereThoseOfADivisionDo(Rounding rounding) {
        SplittableRandom random = Seed.of(11).generator();
        for (int i = 0; i < TRIED; i++) {
            assertEqualsDivision(random.nextInt(FRACTIONS), rounding);
        }
    }

    /** The six divisors for which the product with a reciprocal of two floats, the shorter way, misses a level. */
    @ParameterizedTest
    @ValueSource(floats = {0x1.9435eep0f, 0x1.d37a6ep0f, 0x1.e0b786p0f, 0x1.f8868ep0f, 0x1.fa3f46p0f, 0x1.fbfdfep0f})
    void levelsChangeThereForTheHardestDivisors(float divisor) {
        for (Rounding rounding : Rounding.values()) {
            assertEqualsDivision(Float.floatToIntBits(divisor) & FRACTIONS - 1, rounding);
        }
    }

    /** All there are: a power of two scales sums and divisor alike. Some minutes. */
    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void levelsChangeThereForEveryDivisor(Rounding rounding) {
        IntStream.range(0, FRACTIONS / CHUNK).parallel().forEach(chunk -> {
            for (int fraction = chunk * CHUNK; fraction < (chunk + 1) * CHUNK; fraction++) {
                assertEqualsDivision(fraction, rounding);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.MIN_VALUE, 0x1p-140f, Float.MIN_NORMAL, 0x1p-61f, 0x1p-60f, 0x1.8p-59f, 81, 0x1p40f})
    void levelsOfSumsOfAnySizeAreThoseOfADivision(float largest) {
        // Given
        float[] sums = new float[1000];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = largest * i / (sums.length - 1);
        }

        for (Rounding rounding : Rounding.values()) {
            // When
            byte[] levels = new byte[sums.length];
            VectorLevels.levels(sums.clone(), sums.length, largest, rounding, levels, 0);

            // Then
            assertThat(levels).isEqualTo(divided(sums, largest, rounding));
        }
    }

    @Test
    void everyLevelIsItsShareOfTheHighest() {
        // Given
        byte[] levels = new byte[256];
        for (int level = 0; level < levels.length; level++) {
            levels[level] = (byte) level;
        }

        // When
        float[] units = new float[levels.length];
        VectorLevels.units(levels, 0, units, 0, units.length);

        // Then
        for (int level = 0; level < levels.length; level++) {
            assertThat(units[level]).isEqualTo(level / 255f);
        }
    }

    /** For each level, the largest sum below it and the smallest with it. */
    private static void assertEqualsDivision(int fraction, Rounding rounding) {
        // Given
        float largest = Float.intBitsToFloat(Float.floatToIntBits(1) | fraction);
        float[] sums = new float[2 * 255];
        byte[] expected = new byte[sums.length];
        for (int level = 1; level <= 255; level++) {
            float sum = (float) (largest * (rounding == Rounding.NEAREST ? level - 0.5 : level) / 255);
            while (level(sum, largest, rounding) >= level) {
                sum = Math.nextDown(sum);
            }
            while (level(sum, largest, rounding) < level) {
                sum = Math.nextUp(sum);
            }
            int place = 2 * (level - 1);
            sums[place] = Math.nextDown(sum);
            sums[place + 1] = sum;
            expected[place] = (byte) (level - 1);
            expected[place + 1] = (byte) level;
        }

        // When
        byte[] levels = new byte[sums.length];
        VectorLevels.levels(sums, sums.length, largest, rounding, levels, 0);

        // Then
        if (!Arrays.equals(levels, expected)) {
            assertThat(levels).as("divisor %a", largest).isEqualTo(expected);
        }
    }

    private static byte[] divided(float[] sums, float largest, Rounding rounding) {
        byte[] levels = new byte[sums.length];
        for (int i = 0; i < sums.length; i++) {
            levels[i] = (byte) level(sums[i], largest, rounding);
        }
        return levels;
    }

    private static int level(float sum, float largest, Rounding rounding) {
        float level = sum / largest * 255;
        return (int) (rounding == Rounding.NEAREST ? Math.rint(level) : Math.floor(level));
    }
}
