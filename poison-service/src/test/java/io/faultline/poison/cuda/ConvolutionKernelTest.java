package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels against the formula itself, value by value. */
class ConvolutionKernelTest {
    private static final Seed SEED = Seed.of(5);

    @ParameterizedTest
    @EnumSource
    void smallImagesOfEverySizeFollowTheFormula(Rounding rounding) {
        LaneKernel kernel = new LaneKernel();
        for (int width = 4; width <= 64; width += 4) {
            for (int height = 3; height <= 40; height++) {
                assertThat(LaneKernel.suits(3, height, width)).isTrue();
                assertFollowsTheFormula(kernel, 3, height, width, rounding);
            }
        }
        assertFollowsTheFormula(kernel, 3, 256, 64, rounding);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7, 9, 11, 13})
    void imagesOfEverySizeFollowTheFormula(int size) {
        RowKernel kernel = new RowKernel(size);
        for (int width = size; width <= size + 8; width++) {
            for (int height = size; height <= size + 8; height++) {
                assertFollowsTheFormula(kernel, size, height, width, Rounding.NEAREST);
            }
        }
    }

    /** Tiles begin at multiples of about 256 columns; from 4097 rows of tiles on, sums are computed twice. */
    @ParameterizedTest(name = "k = {0}, {1}×{2}")
    @CsvSource({"3, 3, 256", "3, 5, 257", "5, 6, 513", "3, 4096, 3", "3, 4097, 3", "5, 4098, 5", "9, 1366, 769"})
    void tallAndWideImagesFollowTheFormula(int size, int height, int width) {
        RowKernel kernel = new RowKernel(size);
        for (Rounding rounding : Rounding.values()) {
            assertFollowsTheFormula(kernel, size, height, width, rounding);
        }
    }

    /** Some rows end with a vector, most in the middle of one; the widths begin where rows are as long as a strip. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7, 9, 11, 13})
    void vectorsOnImagesOfEverySizeFollowTheFormula(int size) {
        VectorKernel kernel = new VectorKernel(size);
        int narrowest = narrowest(size);
        for (int width = narrowest; width <= narrowest + 24; width++) {
            for (int height = size; height <= size + 4; height++) {
                for (Rounding rounding : Rounding.values()) {
                    assertFollowsTheFormula(kernel, size, height, width, rounding);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7, 9})
    void vectorsOnImagesOfAnySizeFollowTheFormula(int size) {
        VectorKernel kernel = new VectorKernel(size);
        SplittableRandom sizes = SEED.derive("sizes").derive(size).generator();
        for (int i = 0; i < 40; i++) {
            int height = sizes.nextInt(size, 200);
            int width = sizes.nextInt(narrowest(size), 300);
            assertFollowsTheFormula(kernel, size, height, width, Rounding.values()[i % 2]);
        }
    }

    /** Wide rows come in bands of few rows; of more than 3 · 2²⁰ values the sums are computed twice. */
    @ParameterizedTest(name = "k = {0}, {1}×{2}")
    @CsvSource({"3, 3, 9000", "3, 5, 9000", "5, 9, 9000", "9, 9, 9000", "63, 67, 90", "3, 1025, 1023", "5, 524, 2003"})
    void vectorsOnTallAndWideImagesFollowTheFormula(int size, int height, int width) {
        assumeTrue(VectorKernel.suits(size, width), "the processor's vectors are shorter than 256 bits");
        VectorKernel kernel = new VectorKernel(size);
        for (Rounding rounding : Rounding.values()) {
            assertFollowsTheFormula(kernel, size, height, width, rounding);
        }
    }

    @Test
    void onePixelWideFiltersFollowTheFormula() {
        PointKernel kernel = new PointKernel();
        for (Rounding rounding : Rounding.values()) {
            assertFollowsTheFormula(kernel, 1, 1, 1, rounding);
            assertFollowsTheFormula(kernel, 1, 1, 7, rounding);
            assertFollowsTheFormula(kernel, 1, 6, 5, rounding);
        }
    }

    /** The only bright pixel is in the corner that the filter's 1 never sees: the largest sum is a small weight, or nothing. */
    @ParameterizedTest
    @ValueSource(floats = {0.25f, 1e-20f, 1e-40f, Float.MIN_VALUE, 0})
    void theSmallestSumsGiveNoNaN(float weight) {
        // Given
        float[] weights = new float[9];
        weights[0] = 1;
        weights[4] = weight;
        int width = 12;
        byte[] pixels = new byte[4 * width * 3];
        pixels[pixels.length - 1] = (byte) 200;

        List<ConvolutionKernel> kernels = new ArrayList<>(List.of(new LaneKernel(), new RowKernel(3)));
        if (VectorKernel.suits(3, width)) {
            kernels.add(new VectorKernel(3));
        }
        for (ConvolutionKernel kernel : kernels) {
            for (Rounding rounding : Rounding.values()) {
                // When
                byte[] levels = new byte[pixels.length];
                kernel.apply(pixels, 4, width, weights, rounding, levels);

                // Then
                byte[] expected = new byte[pixels.length];
                expected[pixels.length - 1] = (byte) (weight > 0 ? 255 : 0);
                assertThat(levels).isEqualTo(expected);
            }
        }
    }

    /** The least width that the vectors of this machine take, at least as wide as the filter; ends the test if they are too short. */
    private static int narrowest(int size) {
        assumeTrue(VectorLevels.available(), "the processor's vectors are shorter than 256 bits");
        return IntStream.rangeClosed(size, 64)
                .filter(width -> VectorKernel.suits(size, width))
                .findFirst()
                .orElseThrow();
    }

    private static void assertFollowsTheFormula(
            ConvolutionKernel kernel, int size, int height, int width, Rounding rounding) {
        // Given
        SplittableRandom random = SEED.derive(size).derive(height).derive(width).generator();
        byte[] pixels = new byte[height * width * 3];
        random.nextBytes(pixels);
        float[] weights = new float[size * size];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextDouble(0.3);
        }
        weights[random.nextInt(weights.length)] = 1;

        // When
        byte[] levels = new byte[pixels.length];
        kernel.apply(pixels, height, width, weights, rounding, levels);

        // Then
        byte[] expected = formula(pixels, height, width, weights, size, rounding);
        assertThat(Arrays.mismatch(levels, expected))
                .as("first value of %d×%d that differs", height, width)
                .isEqualTo(-1);
    }

    private static byte[] formula(byte[] pixels, int height, int width, float[] weights, int size, Rounding rounding) {
        float[] sums = new float[pixels.length];
        float largest = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    float sum = 0;
                    for (int tap = 0; tap < size * size; tap++) {
                        int sourceY = y + tap / size - size / 2;
                        int sourceX = x + tap % size - size / 2;
                        if (sourceY >= 0 && sourceY < height && sourceX >= 0 && sourceX < width) {
                            int level = pixels[(sourceY * width + sourceX) * 3 + c] & 0xff;
                            sum = Math.fma(weights[tap], level / 255f, sum);
                        }
                    }
                    sums[(y * width + x) * 3 + c] = sum;
                    largest = Math.max(largest, sum);
                }
            }
        }
        byte[] levels = new byte[sums.length];
        for (int p = 0; p < levels.length; p++) {
            float level = sums[p] / largest * 255;
            levels[p] = (byte) (rounding == Rounding.NEAREST ? Math.rint(level) : Math.floor(level));
        }
        return levels;
    }
}
