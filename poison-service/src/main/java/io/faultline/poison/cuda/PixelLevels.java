package io.faultline.poison.cuda;

/** From a pixel's 256 levels to float32 and back, rounded as PyTorch rounds. */
final class PixelLevels {
    static final float HIGHEST = 255;
    /**
     * 1.5 · 2²³: floats of this size are whole numbers, so that adding it rounds a small value to the nearest one, ties to even;
     * the sum's lowest bits are that number.
     */
    static final float WHOLE = 12_582_912f;

    /** 1/255 as the sum of two floats: the pair's product with a whole number below 256 rounds to its 255th. */
    static final float UNIT = 1 / 255f;

    static final float UNIT_REST = (float) (1 / 255.0 - UNIT);

    private static final float[] UNITS = new float[256];

    static {
        for (int level = 0; level < UNITS.length; level++) {
            UNITS[level] = level / HIGHEST;
        }
    }

    private PixelLevels() {}

    /** A level as share of the highest, 0 to 1. */
    static float unit(byte level) {
        return UNITS[level & 0xff];
    }

    static void units(byte[] levels, int from, float[] units, int to, int count) {
        for (int i = 0; i < count; i++) {
            units[to + i] = UNITS[levels[from + i] & 0xff];
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
