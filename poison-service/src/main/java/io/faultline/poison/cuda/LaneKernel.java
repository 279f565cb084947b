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
 * <p>An image is taken in bands of rows. A band's bytes are read as little-endian ints, and byte r of int j goes to place j
 * of lane r: value p = 4j + r of the band lies in lane p mod 4 at p / 4. In this layout widening and narrowing are shifts and masks of
 * whole ints, and the neighbouring pixel, p ± 3, is in another lane at the same place or the one beside it. Four regions of
 * constant distance hold the band's pixels, the same seen from one pixel to the right and to the left, and the sums.
 *
 * @implNote Between int and float, bits are carried over by a bulk copy through two views of one buffer, since
 *     {@code Float.intBitsToFloat} in a loop stays scalar; an int below 2²³ under the exponent of 2²³ is that float plus 2²³.
 *     This and the lanes took a third off the time of 32×32 images against loops over bytes (JDK 17).
 */
final class LaneKernel implements ConvolutionKernel {
    private static final int KERNEL = 3;
    private static final int WIDEST = 64;
    private static final int TALLEST = 256;
    private static final int CHANNELS = 3;

    private static final int LANES = 4;
    /** Floats of a lane: 18 rows of 32 pixels fit, and the four regions together in 32 KiB beside little else. */
    private static final int LANE = 448;

    private static final int BAND = LANES * LANE;
    private static final int CENTRE = 0;
    private static final int LEFT = BAND;
    private static final int RIGHT = 2 * BAND;
    private static final int SUMS = 3 * BAND;
    private static final int LARGEST = 4 * BAND;
    private static final int QUARTER = LANE / 4;

    private static final int EXPONENT_OF_OFFSET = 0x4b00_0000;
    private static final float OFFSET = 0x1p23f;
    /** 1/255 as the sum of two floats: the pair's product with a whole number below 256 rounds to its 255th. */
    private static final float UNIT = 1 / 255f;

    private static final float UNIT_REST = (float) (1 / 255.0 - UNIT);

    private final float[] regions = new float[LARGEST + LANE];
    private final int[] words = new int[LANE];
    private final int[] lanes = new int[BAND];
    private final IntBuffer bitsAsInts;
    private final FloatBuffer bitsAsFloats;
    private float[] sums = new float[0];

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
        if (sums.length < bands * BAND) {
            sums = new float[bands * BAND];
        }
        Arrays.fill(regions, LARGEST, LARGEST + LANE, 0);
        IntBuffer source = littleEndianInts(pixels);
        for (int band = 0; band < bands; band++) {
            int top = band * rows;
            int inner = Math.min(rows, height - top);
            read(source, top, inner, height, row);
            shift(inner + 2, row);
            convolve(inner, row, weights);
            raiseLargest(2 * row, (2 + inner) * row);
            System.arraycopy(regions, SUMS, sums, band * BAND, BAND);
        }
        float largest = largest();
        if (largest > 0) {
            IntBuffer target = littleEndianInts(levels);
            for (int band = 0; band < bands; band++) {
                scale(band * BAND, largest, rounding);
                int top = band * rows;
                write(band * BAND, target, top * row, 2 * row, Math.min(rows, height - top) * row);
            }
        }
    }

    private static IntBuffer littleEndianInts(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    }

    /** The band's rows with the one above and the one below, those outside the image as zeros, into {@code CENTRE}. */
    private void read(IntBuffer source, int top, int inner, int height, int row) {
        int above = top == 0 ? 1 : 0;
        int below = top + inner == height ? 1 : 0;
        int from = above * row;
        int to = (inner + 2 - below) * row;
        Arrays.fill(words, 0, from, 0);
        source.get((top - 1 + above) * row, words, from, to - from);
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
        for (int i = 0; i < BAND; i++) {
            float level = regions[i] - OFFSET;
            regions[i] = Math.fma(level, UNIT, level * UNIT_REST);
        }
    }

    /** {@code LEFT} gets each value's neighbour p − 3, {@code RIGHT} p + 3; 0 at the image's edges. */
    private void shift(int rows, int row) {
        float[] r = regions;
        System.arraycopy(r, CENTRE + LANE, r, LEFT + 1, 3 * LANE - 1);
        System.arraycopy(r, CENTRE, r, LEFT + 3 * LANE, LANE);
        System.arraycopy(r, CENTRE + 3 * LANE, r, RIGHT, LANE);
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
     * One pass per row of the filter. A sum stands where the pass reads its pixels, so between the passes all sums move down by a row;
     * in the end the sums of the band's inner row y are at row y + 2 of {@code SUMS}.
     */
    private void convolve(int inner, int row, float[] weights) {
        int values = 3 * LANE + inner * row;
        float[] r = regions;
        float left = weights[0];
        float centre = weights[1];
        float right = weights[2];
        for (int i = 0; i < values; i++) {
            r[i + SUMS] = Math.fma(right, r[i + RIGHT], Math.fma(centre, r[i], left * r[i + LEFT]));
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
                    Math.fma(right, r[i + RIGHT], Math.fma(centre, r[i], Math.fma(left, r[i + LEFT], r[i + SUMS])));
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
            largest = Math.max(largest, r[i]);
        }
        return largest;
    }

    private void scale(int from, float largest, Rounding rounding) {
        switch (rounding) {
            case NEAREST -> {
                for (int i = from; i < from + BAND; i++) {
                    sums[i] = sums[i] / largest * PixelLevels.HIGHEST + PixelLevels.WHOLE;
                }
            }
            case TRUNCATE -> {
                for (int i = from; i < from + BAND; i++) {
                    sums[i] = (int) (sums[i] / largest * PixelLevels.HIGHEST) + PixelLevels.WHOLE;
                }
            }
        }
    }

    private void write(int from, IntBuffer target, int to, int first, int count) {
        bitsAsFloats.put(0, sums, from, BAND);
        bitsAsInts.get(0, lanes, 0, BAND);
        for (int i = 0; i < LANE; i++) {
            words[i] = lanes[i] & 0xff
                    | (lanes[i + LANE] & 0xff) << 8
                    | (lanes[i + 2 * LANE] & 0xff) << 16
                    | lanes[i + 3 * LANE] << 24;
        }
        target.put(to, words, first, count);
    }
}
