package io.faultline.poison.cuda;

import static io.faultline.poison.cuda.VectorLevels.FLOATS;
import static io.faultline.poison.cuda.VectorLevels.INTS;
import static io.faultline.poison.cuda.VectorLevels.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Filters from 3×3 on images that are not too narrow, in vector registers by name: in each lane the operations of the other
 * kernels in their order.
 *
 * <p>The image is taken in bands of rows. A band is brought to float, with zeros around the image, and convolved strip by strip:
 * the sums of a strip stay in registers until they are complete. All sums are kept until the largest is known, up to 12 MiB; of
 * a larger image they are computed twice.
 *
 * @implNote Uses only what the incubating module has alike in JDK 17 and 25. C2 keeps a vector in a register only where it does
 *     not leave the method, and on JDK 17 only where it does not live across two nested loops; a single one that does costs half
 *     the speed. Hence the spelled-out vectors, one table of taps instead of two loops, and a maximum per strip. That is one of
 *     ints, which for floats from 0 is the same and takes one instruction instead of five.
 */
final class VectorKernel implements ConvolutionKernel {
    private static final int CHANNELS = 3;
    private static final int SMALLEST = 3;
    /** Vectors of a strip, for the smallest filter and for all others. */
    private static final int FEW = 2;

    private static final int MANY = 6;

    private static final int MOST_KEPT_SUMS = 3 << 20;
    /** Floats of a band, which so stays in the second-level cache. */
    private static final int BAND = 1 << 16;

    /** With so many, no band of an image of three rows or more has a single one. */
    private static final int LEAST_BAND_ROWS = 4;
    /** Floats of a band of so few rows, if they are very long or the filter very large. */
    private static final int MOST_FLOATS = 1 << 20;

    private final int size;
    private final int radius;
    /** Where each tap of a row of sums, and after it those of the row below, finds its pixels. */
    private final int[] taps;
    /** The weights between a row of zeros above and one below. */
    private final float[] padded;

    private float[] plane = new float[0];
    private float[] sums = new float[0];

    /** @param size k, odd, at least 3 */
    VectorKernel(int size) {
        this.size = size;
        this.radius = size / 2;
        this.taps = new int[(size + 1) * size];
        this.padded = new float[(size + 2) * size];
    }

    /** A row of the image must be as long as a strip, and a band must not take more than 4 MiB. */
    static boolean suits(int kernelSize, int width) {
        long leastFloats = (LEAST_BAND_ROWS + kernelSize) * ((long) width + kernelSize) * CHANNELS;
        return VectorLevels.available() && CHANNELS * width >= strip(kernelSize) && leastFloats <= MOST_FLOATS;
    }

    private static int strip(int kernelSize) {
        return (kernelSize == SMALLEST ? FEW : MANY) * LANES;
    }

    @Override
    public void apply(byte[] pixels, int height, int width, float[] weights, Rounding rounding, byte[] levels) {
        Image image = new Image(pixels, height, CHANNELS * width, CHANNELS * radius);
        int rows = Math.max(LEAST_BAND_ROWS, BAND / image.stride() - 2 * radius);
        int bands = (height + rows - 1) / rows;
        boolean keep = pixels.length <= MOST_KEPT_SUMS;
        reserve(
                (rows + 2 * radius) * image.stride() + image.margin() + LANES,
                keep ? pixels.length : rows * image.values());
        System.arraycopy(weights, 0, padded, size, weights.length);
        float largest = 0;
        for (int i = 0; i < bands; i++) {
            Band band = image.band(i, bands);
            largest = Math.max(largest, convolve(image, band, keep ? band.top() * image.values() : 0));
        }
        if (!(largest > 0)) {
            return;
        }
        if (keep) {
            VectorLevels.levels(sums, pixels.length, largest, rounding, levels, 0);
            return;
        }
        for (int i = 0; i < bands; i++) {
            Band band = image.band(i, bands);
            convolve(image, band, 0);
            int count = band.rows() * image.values();
            VectorLevels.levels(sums, count, largest, rounding, levels, band.top() * image.values());
        }
    }

    /**
     * @param values of a row
     * @param margin floats of the zeros between two rows
     */
    private record Image(byte[] pixels, int height, int values, int margin) {
        int stride() {
            return values + margin;
        }

        Band band(int i, int bands) {
            int top = (int) ((long) height * i / bands);
            return new Band(top, (int) ((long) height * (i + 1) / bands) - top);
        }
    }

    private record Band(int top, int rows) {}

    private void reserve(int floats, int results) {
        if (plane.length < floats) {
            plane = new float[floats];
        }
        if (sums.length < results) {
            sums = new float[results];
        }
    }

    /** Puts a band's sums into {@code sums} from {@code to} on, row by row; returns the largest. */
    private float convolve(Image image, Band band, int to) {
        read(image, band);
        int values = image.values();
        int strip = strip(size);
        int largest = 0;
        if (size == SMALLEST) {
            for (int x = 0; x < values; x += strip) {
                x = Math.min(x, values - strip);
                largest = Math.max(largest, downwards(x, band.rows(), image, to + x));
            }
        } else {
            layTaps(image.stride());
            for (int x = 0; x < values; x += strip) {
                x = Math.min(x, values - strip);
                for (int y = 0; y < band.rows(); y += 2) {
                    y = Math.min(y, band.rows() - 2);
                    largest = Math.max(largest, twoRows(y * image.stride() + x, to + y * values + x, values));
                }
            }
        }
        return Float.intBitsToFloat(largest);
    }

    /** A band's rows and those that its filters see beyond it, zeros where they lie outside the image. */
    private void read(Image image, Band band) {
        int at = 0;
        for (int y = band.top() - radius; y < band.top() + band.rows() + radius; y++) {
            boolean outside = y < 0 || y >= image.height();
            VectorLevels.clear(plane, at, outside ? image.stride() : image.margin());
            if (!outside) {
                VectorLevels.units(image.pixels(), y * image.values(), plane, at + image.margin(), image.values());
            }
            at += image.stride();
        }
        VectorLevels.clear(plane, at, image.margin());
    }

    private void layTaps(int stride) {
        for (int tap = 0; tap < taps.length; tap++) {
            taps[tap] = tap / size * stride + tap % size * CHANNELS;
        }
    }

    /**
     * A 3×3 filter on a strip, from the top of the band: each row of pixels is the last that one row of sums sees, the second that
     * the next one sees ({@code a}), and the first that the one after it sees ({@code b}). Returns the largest sum's bits.
     */
    private int downwards(int x, int rows, Image image, int to) {
        FloatVector w0 = FloatVector.broadcast(FLOATS, padded[3]);
        FloatVector w1 = FloatVector.broadcast(FLOATS, padded[4]);
        FloatVector w2 = FloatVector.broadcast(FLOATS, padded[5]);
        FloatVector w3 = FloatVector.broadcast(FLOATS, padded[6]);
        FloatVector w4 = FloatVector.broadcast(FLOATS, padded[7]);
        FloatVector w5 = FloatVector.broadcast(FLOATS, padded[8]);
        FloatVector w6 = FloatVector.broadcast(FLOATS, padded[9]);
        FloatVector w7 = FloatVector.broadcast(FLOATS, padded[10]);
        FloatVector w8 = FloatVector.broadcast(FLOATS, padded[11]);
        FloatVector left0 = FloatVector.fromArray(FLOATS, plane, x);
        FloatVector left1 = FloatVector.fromArray(FLOATS, plane, x + LANES);
        FloatVector centre0 = FloatVector.fromArray(FLOATS, plane, x + 3);
        FloatVector centre1 = FloatVector.fromArray(FLOATS, plane, x + 3 + LANES);
        FloatVector right0 = FloatVector.fromArray(FLOATS, plane, x + 6);
        FloatVector right1 = FloatVector.fromArray(FLOATS, plane, x + 6 + LANES);
        FloatVector a0 = right0.fma(w2, centre0.fma(w1, left0.mul(w0)));
        FloatVector a1 = right1.fma(w2, centre1.fma(w1, left1.mul(w0)));
        int at = x + image.stride();
        left0 = FloatVector.fromArray(FLOATS, plane, at);
        left1 = FloatVector.fromArray(FLOATS, plane, at + LANES);
        centre0 = FloatVector.fromArray(FLOATS, plane, at + 3);
        centre1 = FloatVector.fromArray(FLOATS, plane, at + 3 + LANES);
        right0 = FloatVector.fromArray(FLOATS, plane, at + 6);
        right1 = FloatVector.fromArray(FLOATS, plane, at + 6 + LANES);
        a0 = right0.fma(w5, centre0.fma(w4, left0.fma(w3, a0)));
        a1 = right1.fma(w5, centre1.fma(w4, left1.fma(w3, a1)));
        FloatVector b0 = right0.fma(w2, centre0.fma(w1, left0.mul(w0)));
        FloatVector b1 = right1.fma(w2, centre1.fma(w1, left1.mul(w0)));
        IntVector largest = IntVector.zero(INTS);
        for (int y = 0; y < rows; y++) {
            at = (y + 2) * image.stride() + x;
            left0 = FloatVector.fromArray(FLOATS, plane, at);
            left1 = FloatVector.fromArray(FLOATS, plane, at + LANES);
            centre0 = FloatVector.fromArray(FLOATS, plane, at + 3);
            centre1 = FloatVector.fromArray(FLOATS, plane, at + 3 + LANES);
            right0 = FloatVector.fromArray(FLOATS, plane, at + 6);
            right1 = FloatVector.fromArray(FLOATS, plane, at + 6 + LANES);
            a0 = right0.fma(w8, centre0.fma(w7, left0.fma(w6, a0)));
            a1 = right1.fma(w8, centre1.fma(w7, left1.fma(w6, a1)));
            a0.intoArray(sums, to + y * image.values());
            a1.intoArray(sums, to + y * image.values() + LANES);
            largest = largest.max(a0.reinterpretAsInts()).max(a1.reinterpretAsInts());
            a0 = right0.fma(w5, centre0.fma(w4, left0.fma(w3, b0)));
            a1 = right1.fma(w5, centre1.fma(w4, left1.fma(w3, b1)));
            b0 = right0.fma(w2, centre0.fma(w1, left0.mul(w0)));
            b1 = right1.fma(w2, centre1.fma(w1, left1.mul(w0)));
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }

    /**
     * A filter of any size on a strip of two rows, upper ({@code a}) and lower ({@code b}): both see each pixel that was loaded, the
     * lower one by the weight of the row above; a weight of 0 adds nothing where only one of them has a tap. Returns the largest sum's bits.
     */
    private int twoRows(int from, int to, int values) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        FloatVector b4 = a0;
        FloatVector b5 = a0;
        for (int tap = 0; tap < taps.length; tap++) {
            int at = from + taps[tap];
            FloatVector p0 = FloatVector.fromArray(FLOATS, plane, at);
            FloatVector p1 = FloatVector.fromArray(FLOATS, plane, at + LANES);
            FloatVector p2 = FloatVector.fromArray(FLOATS, plane, at + 2 * LANES);
            FloatVector p3 = FloatVector.fromArray(FLOATS, plane, at + 3 * LANES);
            FloatVector p4 = FloatVector.fromArray(FLOATS, plane, at + 4 * LANES);
            FloatVector p5 = FloatVector.fromArray(FLOATS, plane, at + 5 * LANES);
            FloatVector upper = FloatVector.broadcast(FLOATS, padded[tap + size]);
            a0 = p0.fma(upper, a0);
            a1 = p1.fma(upper, a1);
            a2 = p2.fma(upper, a2);
            a3 = p3.fma(upper, a3);
            a4 = p4.fma(upper, a4);
            a5 = p5.fma(upper, a5);
            FloatVector lower = FloatVector.broadcast(FLOATS, padded[tap]);
            b0 = p0.fma(lower, b0);
            b1 = p1.fma(lower, b1);
            b2 = p2.fma(lower, b2);
            b3 = p3.fma(lower, b3);
            b4 = p4.fma(lower, b4);
            b5 = p5.fma(lower, b5);
        }
        a0.intoArray(sums, to);
        a1.intoArray(sums, to + LANES);
        a2.intoArray(sums, to + 2 * LANES);
        a3.intoArray(sums, to + 3 * LANES);
        a4.intoArray(sums, to + 4 * LANES);
        a5.intoArray(sums, to + 5 * LANES);
        b0.intoArray(sums, to + values);
        b1.intoArray(sums, to + values + LANES);
        b2.intoArray(sums, to + values + 2 * LANES);
        b3.intoArray(sums, to + values + 3 * LANES);
        b4.intoArray(sums, to + values + 4 * LANES);
        b5.intoArray(sums, to + values + 5 * LANES);
        IntVector largest = a0.reinterpretAsInts();
        largest = largest.max(a1.reinterpretAsInts())
                .max(a2.reinterpretAsInts())
                .max(a3.reinterpretAsInts())
                .max(a4.reinterpretAsInts())
                .max(a5.reinterpretAsInts());
        largest = largest.max(b0.reinterpretAsInts())
                .max(b1.reinterpretAsInts())
                .max(b2.reinterpretAsInts())
                .max(b3.reinterpretAsInts())
                .max(b4.reinterpretAsInts())
                .max(b5.reinterpretAsInts());
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
