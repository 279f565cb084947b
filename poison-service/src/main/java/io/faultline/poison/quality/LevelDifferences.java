package io.faultline.poison.quality;

import io.faultline.poison.cuda.Arithmetic;

/**
 * What the values of a published image and of its original differ by.
 *
 * @param squares the sum of squared differences
 * @param clipped values at either end of the range whose originals are not
 */
record LevelDifferences(long squares, int clipped) {
    /** Values whose squared differences fit an int together, which processors add many at a time. */
    static final int BLOCK = 16_384;

    static LevelDifferences of(ImagePair pair) {
        byte[] original = pair.original().pixels();
        byte[] published = pair.published().pixels();
        return switch (Arithmetic.present()) {
            case LOOPS -> byLoops(original, published, 0);
            case VECTORS ->
                VectorDifferences.available()
                        ? VectorDifferences.of(original, published)
                        : byLoops(original, published, 0);
        };
    }

    /** Of the values from {@code start} on. */
    static LevelDifferences byLoops(byte[] original, byte[] published, int start) {
        long squares = 0;
        for (int from = start; from < original.length; from += BLOCK) {
            int sum = 0;
            for (int i = from; i < Math.min(original.length, from + BLOCK); i++) {
                int difference = (original[i] & 0xff) - (published[i] & 0xff);
                sum += difference * difference;
            }
            squares += sum;
        }
        int clipped = 0;
        for (int i = start; i < original.length; i++) {
            clipped += isEnd(published[i]) & ~isEnd(original[i]);
        }
        return new LevelDifferences(squares, clipped);
    }

    LevelDifferences plus(LevelDifferences other) {
        return new LevelDifferences(squares + other.squares, clipped + other.clipped);
    }

    /** 1 at either end of the range, else 0; without a branch: one above 0 or 255 is 1 or, as a byte, 0. */
    private static int isEnd(byte level) {
        return ((level + 1 & 0xfe) - 1) >>> 31;
    }
}
