package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A black square at a random place (DeVries and Taylor, arXiv 1708.04552): its centre is any pixel of the image, and what
 * reaches beyond the border is cut off.
 *
 * @param size edge of the square in pixels; 16 in the paper for CIFAR-10
 * @implNote The authors set numbers to zero after normalisation, which is the mean colour there. CUDA's training does not normalise, so
 *     that zero is black; here it is black always.
 */
record Cutout(int size) implements ImageTransform {
    Cutout {
        if (size < 1) {
            throw new IllegalArgumentException("size is " + size + "; expected 1 or more");
        }
    }

    /** Row and column of the square's centre: of its lower right middle pixel, if the size is even. */
    record Centre(int row, int column) {}

    @Override
    public void apply(Pixels pixels, Seed image) {
        apply(pixels, draw(pixels, image.derive("cutout").generator()));
    }

    Centre draw(Pixels pixels, SplittableRandom random) {
        return new Centre(random.nextInt(pixels.height()), random.nextInt(pixels.width()));
    }

    void apply(Pixels pixels, Centre centre) {
        int top = centre.row() - size / 2;
        int left = centre.column() - size / 2;
        int from = Math.max(left, 0) * Pixels.CHANNELS;
        int to = Math.min(left + size, pixels.width()) * Pixels.CHANNELS;
        for (int y = Math.max(top, 0); y < Math.min(top + size, pixels.height()); y++) {
            int row = y * pixels.width() * Pixels.CHANNELS;
            Arrays.fill(pixels.values(), row + from, row + to, 0f);
        }
    }
}
