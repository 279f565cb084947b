package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import io.faultline.recipe.TransformForm;
import java.util.SplittableRandom;

/**
 * Takes every pixel from a random place nearby (COIN: Li, Wang et al., "Detecting and Corrupting Convolution-based Unlearnable
 * Examples", AAAI 2025, arXiv 2311.18403): from (y + d, x + r) with d, r ~ U(−α, α) for each pixel, the same for all channels,
 * by bilinear interpolation. The image repeats itself beyond its border. Test images stay as they are.
 *
 * @param bound α in pixels; 2 in the authors' code for CIFAR
 * @param form SOUND repeats with the image's size as period and keeps the numbers. SCRIPT does as the authors' call of SciPy's
 *     {@code map_coordinates} in mode {@code wrap}: the period is the size less one, first and last row being one, and the result is cut
 *     to bytes, which darkens it by half a level in the mean.
 * @implNote form and α are the authors' published code's; of the paper itself only the abstract could be read, and no α for larger
 *     images was found
 */
record RandomWarping(double bound, TransformForm form) implements ImageTransform {
    RandomWarping {
        if (!(bound >= 0 && bound < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("bound is " + bound + "; expected a number of pixels from 0");
        }
    }

    @Override
    public void apply(Pixels pixels, Seed image) {
        apply(pixels, draw(pixels, image.derive("warping").generator()));
    }

    /** For each pixel, row by row, how far down and how far to the right it takes its value; in the image's scratch memory. */
    float[] draw(Pixels pixels, SplittableRandom random) {
        int size = 2 * pixels.height() * pixels.width();
        float[] offsets = pixels.scratch(size);
        for (int i = 0; i < size; i++) {
            offsets[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return offsets;
    }

    void apply(Pixels pixels, float[] offsets) {
        float[] from = pixels.values();
        float[] to = pixels.spare();
        int height = pixels.height();
        int width = pixels.width();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int pixel = y * width + x;
                double row = wrapped(y + (double) offsets[2 * pixel], height);
                double column = wrapped(x + (double) offsets[2 * pixel + 1], width);
                int top = (int) row;
                int left = (int) column;
                double low = row - top;
                double right = column - left;
                int upper = top * width;
                int lower = (top + 1 < height ? top + 1 : 0) * width;
                int next = left + 1 < width ? left + 1 : 0;
                for (int c = 0; c < Pixels.CHANNELS; c++) {
                    double value = from[(upper + left) * Pixels.CHANNELS + c] * (1 - low) * (1 - right)
                            + from[(upper + next) * Pixels.CHANNELS + c] * (1 - low) * right
                            + from[(lower + left) * Pixels.CHANNELS + c] * low * (1 - right)
                            + from[(lower + next) * Pixels.CHANNELS + c] * low * right;
                    to[pixel * Pixels.CHANNELS + c] = finished((float) value);
                }
            }
        }
        pixels.turn(height, width);
    }

    /** The place in [0, size) that stands for one that may lie outside. */
    private double wrapped(double place, int size) {
        return switch (form) {
            case SOUND -> {
                double inside = place - size * Math.floor(place / size);
                yield inside < size ? inside : 0;
            }
            case SCRIPT -> {
                int period = size - 1;
                if (place < 0) {
                    yield place + period * ((int) (-place / period) + 1);
                }
                yield place > period ? place - period * (int) (place / period) : place;
            }
        };
    }

    private float finished(float value) {
        return switch (form) {
            case SOUND -> value;
            case SCRIPT -> Pixels.ofLevel((int) (Pixels.clip(value) * Pixels.HIGHEST_LEVEL));
        };
    }
}
