package io.faultline.vision.batch;

import io.faultline.recipe.CropBorder;
import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A crop of the full size from the image with a border around it, then a flip.
 *
 * @param padding pixels of border on each side; 0 for no crop
 * @param border what they hold: zeros as in CUDA's training, or the image mirrored at the centre of its edge pixels, which are not
 *     repeated, as in RiFT's script
 * @param flip whether half of the images are mirrored left to right
 */
record CropAndFlip(int padding, CropBorder border, boolean flip) implements ImageTransform {
    CropAndFlip {
        if (padding < 0) {
            throw new IllegalArgumentException("padding is " + padding + "; expected 0 or more");
        }
    }

    /**
     * What happens to one image.
     *
     * @param down rows that its content moves down, from −padding to padding for an image of full size
     * @param right columns that its content moves to the right, before mirroring
     */
    record Placement(int down, int right, boolean mirrored) {}

    /** @implNote draws from the image's seed itself, as it did before there were other transforms: old runs can be repeated */
    @Override
    public void apply(Pixels pixels, Seed image) {
        apply(pixels, draw(pixels, image.generator()));
    }

    Placement draw(Pixels pixels, SplittableRandom random) {
        return new Placement(
                shift(pixels.fullHeight() - pixels.height(), random),
                shift(pixels.fullWidth() - pixels.width(), random),
                flip && random.nextBoolean());
    }

    /** A shift for an image that lacks some rows or columns; to the middle, if the padding does not make up for them. */
    private int shift(int missing, SplittableRandom random) {
        int choices = 2 * padding - missing + 1;
        return choices < 1 ? missing / 2 : random.nextInt(choices) + missing - padding;
    }

    /** The row or column of an image of that size to take for one that may lie outside; −1 for a zero. */
    int source(int place, int size) {
        if (place >= 0 && place < size) {
            return place;
        }
        return switch (border) {
            case ZERO -> -1;
            case REFLECT -> {
                int folded = Math.floorMod(place, 2 * (size - 1));
                yield folded < size ? folded : 2 * (size - 1) - folded;
            }
        };
    }

    void apply(Pixels pixels, Placement placement) {
        float[] from = pixels.values();
        float[] to = pixels.spare();
        int width = pixels.fullWidth();
        int[] columns = new int[width];
        for (int x = 0; x < width; x++) {
            int column = (placement.mirrored() ? width - 1 - x : x) - placement.right();
            columns[x] = source(column, pixels.width());
        }
        int stride = width * Pixels.CHANNELS;
        for (int y = 0; y < pixels.fullHeight(); y++) {
            int row = source(y - placement.down(), pixels.height());
            if (row < 0) {
                Arrays.fill(to, y * stride, (y + 1) * stride, 0f);
                continue;
            }
            for (int x = 0; x < width; x++) {
                int target = y * stride + x * Pixels.CHANNELS;
                int source = (row * pixels.width() + columns[x]) * Pixels.CHANNELS;
                boolean inside = columns[x] >= 0;
                to[target] = inside ? from[source] : 0f;
                to[target + 1] = inside ? from[source + 1] : 0f;
                to[target + 2] = inside ? from[source + 2] : 0f;
            }
        }
        pixels.turn(pixels.fullHeight(), width);
    }
}
