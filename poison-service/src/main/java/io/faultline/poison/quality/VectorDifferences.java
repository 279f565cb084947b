package io.faultline.poison.quality;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link LevelDifferences} in vector registers by name, a vector of ints at a time. */
final class VectorDifferences {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();
    private static final int LEAST_LANES = Long.BYTES;
    /** As many lanes; the narrowest there is where the processor's vectors are too short. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(LANES, LEAST_LANES) * Byte.SIZE));

    private VectorDifferences() {}

    /** Whether the processor's vectors have 256 bits or more. */
    static boolean available() {
        return LANES >= LEAST_LANES;
    }

    static LevelDifferences of(byte[] original, byte[] published) {
        int whole = original.length - original.length % LANES;
        long squares = 0;
        for (int from = 0; from < whole; from += LevelDifferences.BLOCK) {
            squares += squares(original, published, from, Math.min(whole, from + LevelDifferences.BLOCK));
        }
        return new LevelDifferences(squares, clipped(original, published, whole))
                .plus(LevelDifferences.byLoops(original, published, whole));
    }

    private static int squares(byte[] original, byte[] published, int from, int to) {
        IntVector sum = IntVector.zero(INTS);
        for (int i = from; i < to; i += LANES) {
            IntVector before =
                    ((IntVector) ByteVector.fromArray(BYTES, original, i).castShape(INTS, 0)).and(0xff);
            IntVector after =
                    ((IntVector) ByteVector.fromArray(BYTES, published, i).castShape(INTS, 0)).and(0xff);
            IntVector difference = before.sub(after);
            sum = sum.add(difference.mul(difference));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /** Signed, the two ends are 0 and −1: one more, but for the lowest bit, is 0 for both. */
    private static int clipped(byte[] original, byte[] published, int to) {
        IntVector one = IntVector.broadcast(INTS, 1);
        IntVector sum = IntVector.zero(INTS);
        for (int i = 0; i < to; i += LANES) {
            IntVector before =
                    (IntVector) ByteVector.fromArray(BYTES, original, i).castShape(INTS, 0);
            IntVector after =
                    (IntVector) ByteVector.fromArray(BYTES, published, i).castShape(INTS, 0);
            IntVector wasWithin = before.add(1).and(0xfe).min(one);
            IntVector isWithin = after.add(1).and(0xfe).min(one);
            sum = sum.add(wasWithin).sub(wasWithin.and(isWithin));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
