package io.faultline.poison.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * 3×3 filters on small images, all in the first-level cache and, but for the last hundred values of the maximum, without one
 * scalar step per value.
 *
 * <p>An image is taken in bands of rows. A band's bytes are read as little-endian ints, and byte b of int j goes to place j of
 * lane b: value p = 4j + b of the band lies in lane p mod 4 at p / 4. In this layout widening and narrowing are shifts and masks of whole
 * ints. The neighbouring pixel, p ± 3, is in another lane at the same place or the one beside it; so ten lanes in this order
 * hold all that a row of the filter sees, lanes 1 to 3 moved down by a place, lanes 0 to 3, and lanes 0 to 2 moved up by one:
 *
 * <pre>
 *   1↓ 2↓ 3↓  0  1  2  3  0↑ 1↑ 2↑
 *   └─ left ──┘           └ 3 and these: right
 *             └─ centre ┘
 * </pre>
 *
 * @implNote Between int and float, bits are carried over by a bulk copy through two views of one buffer, since
 *     {@code Float.intBitsToFloat} in a loop stays scalar; an int below 2²³ under the exponent of 2²³ is that float plus 2²³.
 *     For a 32×32 image on JDK 17, reading so takes 0.7 µs and writing 0.3 µs, where loops over bytes take 1.3 and 1.5 µs; the
 *     convolution in between takes 1.1 µs.
 */
final class LaneKernel implements ConvolutionKernel {
    private static final int KERNEL = 3;
    private static final int WIDEST = 64;
    private static final int TALLEST = 256;
    private static final int CHANNELS = 3;

    private static final int LANES = 4;
    /** Floats of a lane: 18 rows of 32 pixels fit, and lanes and sums together in 32 KiB of cache. */
    private static final int LANE = 448;

    private static final int BAND = LANES * LANE;
    private static final int LEFT = 0;
    private static final int CENTRE = 3 * LANE;
    private static final int RIGHT = 6 * LANE;
    private static final int SUMS = 10 * LANE;
    private static final int LARGEST = SUMS + BAND;
    private static final int QUARTER = LANE / 4;

    private static final int EXPONENT_OF_OFFSET = 0x4b00_0000;
    private static final float OFFSET = 0x1p23f;
    private static final float NEXT_BYTE = 256;
    private final float[] regions = new float[LARGEST + LANE];
    private final float[] pairs = new float[2 * LANE];
    private final int[] words = new int[LANE];
    private final int[] lanes = new int[BAND];
    private final byte[] bytes = new byte[LANE * Integer.BYTES];
    private final IntBuffer bytesAsWords =
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    private final IntBuffer bitsAsInts;
    private final FloatBuffer bitsAsFloats;
    /** Per band. */
    private float[][] sums = new float[0][];

    LaneKernel() {
        ByteBuffer bits = ByteBuffer.allocate(BAND * Float.BYTES).order(ByteOrder.nativeOrder());
        bitsAsInts = bits.asIntBuffer();
        bitsAsFloats = bits.asFloatBuffer();
    }

    /** A row must be whole ints, and a band must hold several rows beside the two around it. */
    static boolean suits(int kernelSize, int height, int width) {
        return kernelSize == KERNEL && width % LANES == 0 && width <= WIDEST && height <= TALLEST;
    }

    @Override
    public void apply(byte[] pixels, int height, int width, float[] weights, Rounding rounding, byte[] levels) {
        int row = CHANNELS * width / LANES;
        int rows = LANE / row - 2;
        int bands = (height + rows - 1) / rows;
        reserve(bands);
        Arrays.fill(regions, LARGEST, LARGEST + LANE, 0);
        for (int band = 0; band < bands; band++) {
            int top = band * rows;
            int inner = Math.min(rows, height - top);
            read(pixels, top, inner, height, row);
            shift(inner + 2, row);
            convolve(inner, row, weights);
            raiseLargest(2 * row, (2 + inner) * row);
            System.arraycopy(regions, SUMS, sums[band], 0, BAND);
        }
        float largest = largest();
        if (largest > 0) {
            for (int band = 0; band < bands; band++) {
                int top = band * rows;
                scale(sums[band], largest, rounding);
                write(2 * row, Math.min(rows, height - top) * row, levels, top * row);
            }
        }
    }

    private void reserve(int bands) {
        int present = sums.length;
        if (present < bands) {
            sums = Arrays.copyOf(sums, bands);
            for (int band = present; band < bands; band++) {
                sums[band] = new float[BAND];
            }
        }
    }

    /** The band's rows with the one above and the one below, those outside the image as zeros, into {@code CENTRE}. */
    private void read(byte[] pixels, int top, int inner, int height, int row) {
        int above = top == 0 ? 1 : 0;
        int below = top + inner == height ? 1 : 0;
        int from = above * row;
        int to = (inner + 2 - below) * row;
        System.arraycopy(
                pixels,
                (top - 1 + above) * row * Integer.BYTES,
                bytes,
                from * Integer.BYTES,
                (to - from) * Integer.BYTES);
        Arrays.fill(words, 0, from, 0);
        bytesAsWords.get(from, words, from, to - from);
        Arrays.fill(words, to, LANE, 0);
        for (int i = 0; i < LANE; i++) {
            int word = words[i];
            lanes[i] = word & 0xff | EXPONENT_OF_OFFSET;
            lanes[i + LANE] = word >>> 8 & 0xff | EXPONENT_OF_OFFSET;
            lanes[i + 2 * LANE] = word >>> 16 & 0xff | EXPONENT_OF_OFFSET;
            lanes[i + 3 * LANE] = word >>> 24 | EXPONENT_OF_OFFSET;
        }
        bitsAsInts.put(0, lanes, 0, BAND);
        bitsAsFloats.get(0, regions, CENTRE, BAND);
        for (int i = CENTRE; i < CENTRE + BAND; i++) {
            float level = regions[i] - OFFSET;
            regions[i] = Math.fma(level, PixelLevels.UNIT, level * PixelLevels.UNIT_REST);
        }
    }

    /** The six moved lanes; 0 for a neighbour beyond the image's edge. */
    private void shift(int rows, int row) {
        float[] r = regions;
        System.arraycopy(r, CENTRE + LANE, r, LEFT + 1, 3 * LANE - 1);
        System.arraycopy(r, CENTRE + 1, r, RIGHT + LANE, 3 * LANE - 1);
        for (int first = 0; first < rows * row; first += row) {
            int last = first + row - 1;
            r[LEFT + first] = 0;
            r[LEFT + first + LANE] = 0;
            r[LEFT + first + 2 * LANE] = 0;
            r[RIGHT + last + LANE] = 0;
            r[RIGHT + last + 2 * LANE] = 0;
            r[RIGHT + last + 3 * LANE] = 0;
        }
    }

    /**
     * One pass per row of the filter. A sum stands where the pass reads its pixels, so between the passes all sums move down
     * by a row; in the end those of the band's inner row y are at row y + 2 of {@code SUMS}.
     */
    private void convolve(int inner, int row, float[] weights) {
        int values = 3 * LANE + inner * row;
        float[] r = regions;
        float left = weights[0];
        float centre = weights[1];
        float right = weights[2];
        for (int i = 0; i < values; i++) {
            r[i + SUMS] = Math.fma(right, r[i + RIGHT], Math.fma(centre, r[i + CENTRE], left * r[i]));
        }
        for (int tapRow = 1; tapRow < KERNEL; tapRow++) {
            System.arraycopy(r, SUMS + (tapRow - 1) * row, r, SUMS + tapRow * row, values);
            addTaps(tapRow * row, values, weights, tapRow * KERNEL);
        }
    }

    private void addTaps(int from, int values, float[] weights, int tap) {
        float[] r = regions;
        float left = weights[tap];
        float centre = weights[tap + 1];
        float right = weights[tap + 2];
        for (int i = from; i < from + values; i++) {
            r[i + SUMS] =
                    Math.fma(right, r[i + RIGHT], Math.fma(centre, r[i + CENTRE], Math.fma(left, r[i], r[i + SUMS])));
        }
    }

    private void raiseLargest(int from, int to) {
        float[] r = regions;
        for (int i = from; i < to; i++) {
            float first = Math.max(r[i + SUMS], r[i + SUMS + LANE]);
            float second = Math.max(r[i + SUMS + 2 * LANE], r[i + SUMS + 3 * LANE]);
            r[i + LARGEST] = Math.max(r[i + LARGEST], Math.max(first, second));
        }
    }

    private float largest() {
        float[] r = regions;
        for (int i = 0; i < QUARTER; i++) {
            float first = Math.max(r[i + LARGEST], r[i + LARGEST + QUARTER]);
            float second = Math.max(r[i + LARGEST + 2 * QUARTER], r[i + LARGEST + 3 * QUARTER]);
            r[i + LARGEST] = Math.max(first, second);
        }
        float largest = 0;
        for (int i = LARGEST; i < LARGEST + QUARTER; i++) {
            largest = r[i] > largest ? r[i] : largest;
        }
        return largest;
    }

    /** Levels of lanes 0 and 2, and of 1 and 3, two in the 16 lowest bits of one float. */
    private void scale(float[] s, float largest, Rounding rounding) {
        switch (rounding) {
            case NEAREST -> {
                for (int i = 0; i < 2 * LANE; i++) {
                    float low = (s[i] / largest * PixelLevels.HIGHEST + PixelLevels.WHOLE) - PixelLevels.WHOLE;
                    float high =
                            (s[i + 2 * LANE] / largest * PixelLevels.HIGHEST + PixelLevels.WHOLE) - PixelLevels.WHOLE;
                    pairs[i] = high * NEXT_BYTE + (low + OFFSET);
                }
            }
            case TRUNCATE -> {
                for (int i = 0; i < 2 * LANE; i++) {
                    int low = (int) (s[i] / largest * PixelLevels.HIGHEST);
                    int high = (int) (s[i + 2 * LANE] / largest * PixelLevels.HIGHEST);
                    pairs[i] = high * NEXT_BYTE + (low + OFFSET);
                }
            }
        }
    }

    private void write(int first, int count, byte[] levels, int to) {
        bitsAsFloats.put(0, pairs, 0, 2 * LANE);
        bitsAsInts.get(0, lanes, 0, 2 * LANE);
        for (int i = 0; i < LANE; i++) {
            int even = lanes[i];
            int odd = lanes[i + LANE];
            words[i] = even & 0xff | (odd & 0xff) << 8 | (even & 0xff00) << 8 | (odd & 0xff00) << 16;
        }
        bytesAsWords.put(0, words, first, count);
        System.arraycopy(bytes, 0, levels, to * Integer.BYTES, count * Integer.BYTES);
    }
}
