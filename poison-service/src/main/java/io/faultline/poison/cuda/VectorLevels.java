package io.faultline.poison.cuda;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PixelLevels} in vector registers, with the same results.
 *
 * <p>Arrays are taken in vectors; the last one begins early enough to end with the array, and repeats what was done there.
 *
 * @implNote On JDK 17, C2 has no vector form of the cast from float to int: hence how fractions are cut off.
 */
final class VectorLevels {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final int LANES = FLOATS.length();

    private static final int LEAST_LANES = Long.BYTES;
    /** As many lanes; the narrowest there is where the processor's vectors are too short. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(LANES, LEAST_LANES) * Byte.SIZE));

    /** Below it, what a quotient's first guess leaves could lie among floats that are not normal. */
    private static final float LEAST_DIVISOR = 0x1p-60f;

    private VectorLevels() {}

    /** Whether the processor's vectors have 256 bits or more. */
    static boolean available() {
        return LANES >= LEAST_LANES;
    }

    /** Zeros: {@code count} of them, or up to {@link #LANES} − 1 more. */
    static void clear(float[] units, int from, int count) {
        for (int i = from; i < from + count; i += LANES) {
            FloatVector.zero(FLOATS).intoArray(units, i);
        }
    }

    /** @param count at least {@link #LANES} */
    static void units(byte[] levels, int from, float[] units, int to, int count) {
        for (int i = 0; i < count; i += LANES) {
            i = Math.min(i, count - LANES);
            IntVector signed =
                    (IntVector) ByteVector.fromArray(BYTES, levels, from + i).castShape(INTS, 0);
            FloatVector level = (FloatVector) signed.and(0xff).castShape(FLOATS, 0);
            level.fma(FloatVector.broadcast(FLOATS, PixelLevels.UNIT), level.mul(PixelLevels.UNIT_REST))
                    .intoArray(units, to + i);
        }
    }

    /**
     * Sums to levels.
     *
     * @param count at least {@link #LANES}; so many sums are used up
     * @param largest above zero, no less than any of the sums
     * @implNote A sum is divided by multiplying with the reciprocal and mending the product by what it leaves, a third of a
     *     division's time (Markstein, IBM J. Res. Dev. 34, 1990). Whether every level is that of a true division hangs on the divisor's 2²³ fractions
     *     and the 510 places where the level changes: all were tried (VectorLevelsTest).
     */
    static void levels(float[] sums, int count, float largest, Rounding rounding, byte[] levels, int to) {
        if (largest < LEAST_DIVISOR) {
            PixelLevels.levels(sums, count, largest, rounding, levels, to);
            return;
        }
        FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / largest);
        FloatVector minusLargest = FloatVector.broadcast(FLOATS, -largest);
        for (int i = 0; i < count; i += LANES) {
            i = Math.min(i, count - LANES);
            FloatVector sum = FloatVector.fromArray(FLOATS, sums, i);
            FloatVector guess = sum.mul(reciprocal);
            FloatVector left = guess.fma(minusLargest, sum);
            FloatVector level = left.fma(reciprocal, guess).mul(PixelLevels.HIGHEST);
            FloatVector whole = level.add(PixelLevels.WHOLE);
            IntVector bits = whole.reinterpretAsInts();
            if (rounding == Rounding.TRUNCATE) {
                // one less where the nearest level lies above: the sign bit of what is left
                FloatVector above = level.sub(whole.sub(PixelLevels.WHOLE));
                bits = bits.add(above.reinterpretAsInts().lanewise(VectorOperators.ASHR, Integer.SIZE - 1));
            }
            ((ByteVector) bits.castShape(BYTES, 0)).intoArray(levels, to + i);
        }
    }
}
