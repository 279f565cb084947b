package io.faultline.vision.corruption;

/** What lies beyond the edge of a channel. */
enum Border {
    /** The pixel at the edge, again and again. */
    NEAREST {
        @Override
        int index(int place, int size) {
            return Math.max(0, Math.min(size - 1, place));
        }
    },
    /** The channel mirrored at its edge: c b a | a b c. */
    REFLECT {
        @Override
        int index(int place, int size) {
            int folded = Math.floorMod(place, 2 * size);
            return folded < size ? folded : 2 * size - 1 - folded;
        }
    },
    /** The channel mirrored at its outermost pixel: c b | a b c. */
    REFLECT_101 {
        @Override
        int index(int place, int size) {
            if (size == 1) {
                return 0;
            }
            int folded = Math.floorMod(place, 2 * size - 2);
            return folded < size ? folded : 2 * size - 2 - folded;
        }
    };

    /** The pixel that is seen at a place that may lie outside. */
    abstract int index(int place, int size);

    /** The pixels that are seen at {@code count} places from {@code first} on. */
    int[] indices(int first, int count, int size) {
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = index(first + i, size);
        }
        return indices;
    }
}
