package io.faultline.poison.cuda;

import java.util.Arrays;

/**
 * Filters of any size on images of any size, row by row.
 *
 * <p>The image is taken in tiles of at most 256 columns. A tile's source row is brought to float once, with k/2 pixels on each
 * side, and copied once per filter column, shifted by so many pixels. From these copies it adds its share to the sums of the
 * k rows that see it: since source rows come from the top, each sum takes its taps in the filter's order. The rows in work stay in the
 * first- or second-level cache.
 *
 * <p>The division needs the largest sum, so the sums of an image are kept until all are there, up to 12 MiB; of a
 * larger image they are computed twice, which costs time but bounds the memory whatever the image.
 */
final class RowKernel implements ConvolutionKernel {
    private static final int CHANNELS = 3;
    private static final int TILE_COLUMNS = 256;
    private static final int TILE_VALUES = CHANNELS * TILE_COLUMNS;
    private static final int MOST_KEPT_ROWS = 4096;

    private final int size;
    private final int radius;
    private final int firstPair;
    /** Per filter column the source row as it sees it; the first is the row itself. */
    private final float[][] shifted;

    private final float[] largest = new float[TILE_VALUES];
    private float[][] sums = new float[0][];

    /** @param size k, odd, at least 3 */
    RowKernel(int size) {
        this.size = size;
        this.radius = size / 2;
        this.firstPair = size - 2 * ((3 - size % 3) % 3);
        this.shifted = new float[size][TILE_VALUES];
        shifted[0] = new float[TILE_VALUES + CHANNELS * (size - 1)];
    }

    /** What is done with a row of sums that is complete; afterwards they are no longer needed. */
    private interface CompleteRow {
        void take(int y, float[] row);
    }

    @Override
    public void apply(byte[] pixels, int height, int width, float[] weights, Rounding rounding, byte[] levels) {
        Source source = new Source(pixels, height, width, weights);
        int tiles = (width + TILE_COLUMNS - 1) / TILE_COLUMNS;
        boolean keep = (long) tiles * height <= MOST_KEPT_ROWS;
        int rows = keep ? height : size;
        reserve(keep ? tiles * height : size);
        Arrays.fill(largest, 0);
        for (int i = 0; i < tiles; i++) {
            Tile tile = Tile.of(i, tiles, width, keep ? i * height : 0, rows);
            sweep(source, tile, (y, row) -> raiseLargest(row, tile.values()));
        }
        float highest = highest();
        if (!(highest > 0)) {
            return;
        }
        for (int i = 0; i < tiles; i++) {
            Tile tile = Tile.of(i, tiles, width, keep ? i * height : 0, rows);
            CompleteRow write = (y, row) -> PixelLevels.levels(
                    row, tile.values(), highest, rounding, levels, CHANNELS * (y * width + tile.first()));
            if (keep) {
                for (int y = 0; y < height; y++) {
                    write.take(y, sums[tile.slot(y)]);
                }
            } else {
                sweep(source, tile, write);
            }
        }
    }

    private record Source(byte[] pixels, int height, int width, float[] weights) {}

    /** Columns {@code first} to {@code end} − 1 of an image; row y of their sums is in one of {@code rows} slots. */
    private record Tile(int first, int end, int firstSlot, int rows) {
        static Tile of(int tile, int tiles, int width, int firstSlot, int rows) {
            int first = (int) ((long) width * tile / tiles);
            int end = (int) ((long) width * (tile + 1) / tiles);
            return new Tile(first, end, firstSlot, rows);
        }

        int values() {
            return CHANNELS * (end - first);
        }

        int slot(int y) {
            return firstSlot + y % rows;
        }
    }

    private void reserve(int rows) {
        int present = sums.length;
        if (present < rows) {
            sums = Arrays.copyOf(sums, rows);
            for (int i = present; i < rows; i++) {
                sums[i] = new float[TILE_VALUES];
            }
        }
    }

    /** Computes a tile's sums from the top and hands over each row as soon as it is complete. */
    private void sweep(Source source, Tile tile, CompleteRow complete) {
        int height = source.height();
        for (int y = 0; y < Math.min(radius, height); y++) {
            Arrays.fill(sums[tile.slot(y)], 0, tile.values(), 0);
        }
        for (int y = 0; y < height + radius; y++) {
            int newest = y + radius;
            if (newest < height) {
                Arrays.fill(sums[tile.slot(newest)], 0, tile.values(), 0);
            }
            if (y < height) {
                read(source, y, tile);
                for (int seeing = Math.max(0, y - radius); seeing <= Math.min(height - 1, newest); seeing++) {
                    addTaps(sums[tile.slot(seeing)], tile.values(), source.weights(), (y - seeing + radius) * size);
                }
            }
            if (y >= radius) {
                complete.take(y - radius, sums[tile.slot(y - radius)]);
            }
        }
    }

    /** A row with k/2 pixels on each side, zeros where they lie outside the image, and its shifted copies. */
    private void read(Source source, int y, Tile tile) {
        float[] row = shifted[0];
        int from = Math.max(0, tile.first() - radius);
        int to = Math.min(source.width(), tile.end() + radius);
        int zeros = CHANNELS * (from - (tile.first() - radius));
        int present = CHANNELS * (to - from);
        Arrays.fill(row, 0, zeros, 0);
        PixelLevels.units(source.pixels(), CHANNELS * (y * source.width() + from), row, zeros, present);
        Arrays.fill(row, zeros + present, tile.values() + CHANNELS * (size - 1), 0);
        for (int column = 1; column < size; column++) {
            System.arraycopy(row, CHANNELS * column, shifted[column], 0, tile.values());
        }
    }

    /** One row of the filter: its taps in threes and the last ones in pairs, so that they come in order in few passes. */
    private void addTaps(float[] row, int values, float[] weights, int tap) {
        for (int column = 0; column < firstPair; column += 3) {
            addThree(row, values, column, weights, tap + column);
        }
        for (int column = firstPair; column < size; column += 2) {
            addTwo(row, values, column, weights, tap + column);
        }
    }

    private void addThree(float[] row, int values, int column, float[] weights, int tap) {
        float[] first = shifted[column];
        float[] second = shifted[column + 1];
        float[] third = shifted[column + 2];
        float firstWeight = weights[tap];
        float secondWeight = weights[tap + 1];
        float thirdWeight = weights[tap + 2];
        for (int i = 0; i < values; i++) {
            row[i] = Math.fma(
                    thirdWeight, third[i], Math.fma(secondWeight, second[i], Math.fma(firstWeight, first[i], row[i])));
        }
    }

    private void addTwo(float[] row, int values, int column, float[] weights, int tap) {
        float[] first = shifted[column];
        float[] second = shifted[column + 1];
        float firstWeight = weights[tap];
        float secondWeight = weights[tap + 1];
        for (int i = 0; i < values; i++) {
            row[i] = Math.fma(secondWeight, second[i], Math.fma(firstWeight, first[i], row[i]));
        }
    }

    private void raiseLargest(float[] row, int values) {
        for (int i = 0; i < values; i++) {
            largest[i] = Math.max(largest[i], row[i]);
        }
    }

    private float highest() {
        float highest = 0;
        for (float value : largest) {
            highest = Math.max(highest, value);
        }
        return highest;
    }
}
