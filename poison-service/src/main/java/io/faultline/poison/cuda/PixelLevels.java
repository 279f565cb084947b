package io.faultline.poison.cuda;

/** From a pixel's 256 levels to float32 and back, rounded as PyTorch rounds. */
final class PixelLevels {
    static final float HIGHEST = 255;
    /**
     * 1.5 · 2²³: floats of this size are whole numbers, so that adding it rounds a small value to the nearest one, ties to even;
     * the sum's lowest bits are that number.
     */
    static final float WHOLE = 12_582_912f;

    private static final float[] UNIT = new float[256];

    static {
        for (int level = 0; level < UNIT.length; level++) {
            UNIT[level] = level / HIGHEST;
        }
    }

    private PixelLevels() {}

    /** A level as share of the highest, 0 to 1. */
    static float unit(byte level) {
        return UNIT[level & 0xff];
    }

    static void units(byte[] levels, int from, float[] units, int to, int count) {
        for (int i = 0; i < count; i++) {
            units[to + i] = UNIT[levels[from + i] & 0xff];
        }
    }

    /**
     * Sums to levels.
     *
     * @param sums the first {@code count} are used up
     * @param largest above zero, no less than any of the sums
     */
    static void levels(float[] sums, int count, float largest, Rounding rounding, byte[] levels, int to) {
        switch (rounding) {
            case NEAREST -> {
                for (int i = 0; i < count; i++) {
                    sums[i] = (sums[i] / largest * HIGHEST + WHOLE) - WHOLE;
                }
            }
            case TRUNCATE -> {
                for (int i = 0; i < count; i++) {
                    sums[i] = sums[i] / largest * HIGHEST;
                }
            }
        }
        for (int i = 0; i < count; i++) {
            levels[to + i] = (byte) (int) sums[i];
        }
    }
}
