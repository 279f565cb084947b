package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * CUDA's own transformation with a filter drawn anew for every image, the adaptive defence of Sadasivan et al. (CVPR 2023,
 * Sec. 5.2): a k×k filter with a 1 at a random place and U(0, p) elsewhere, the same for all channels, then the image divided by
 * its largest value. Zero padding of k/2 on each side; an image that is zero everywhere stays so.
 *
 * @param size k, odd
 * @param bound p, 0 to 1; the paper tries 0.1 and 0.3 with k = 3
 * @implNote a cross-correlation, as CUDA's; unlike published CUDA images the result is not rounded to bytes. Whether the authors blur
 *     before or after the crop could not be found out.
 */
record RandomBlur(int size, double bound) implements ImageTransform {
    RandomBlur {
        if (size < 1 || size % 2 == 0) {
            throw new IllegalArgumentException("size is " + size + "; expected an odd number from 1");
        }
        if (!(bound >= 0 && bound <= 1)) {
            throw new IllegalArgumentException("bound is " + bound + "; expected a number from 0 to 1");
        }
    }

    @Override
    public void apply(Pixels pixels, Seed image) {
        apply(pixels, draw(image.derive("blur").generator()));
    }

    /** A filter, k² numbers row by row. */
    float[] draw(SplittableRandom random) {
        float[] filter = new float[size * size];
        for (int i = 0; i < filter.length; i++) {
            filter[i] = (float) (bound * random.nextDouble());
        }
        filter[random.nextInt(filter.length)] = 1f;
        return filter;
    }

    void apply(Pixels pixels, float[] filter) {
        Arrays.fill(pixels.spare(), 0, pixels.size(), 0f);
        for (int i = 0; i < filter.length; i++) {
            addShifted(pixels, i / size - size / 2, i % size - size / 2, filter[i]);
        }
        pixels.turn(pixels.height(), pixels.width());
        divideByLargest(pixels);
    }

    /** Adds weight · image(y + down, x + right) where that lies inside. */
    private static void addShifted(Pixels pixels, int down, int right, float weight) {
        float[] from = pixels.values();
        float[] to = pixels.spare();
        int first = Math.max(-right, 0) * Pixels.CHANNELS;
        int end = (pixels.width() - Math.max(right, 0)) * Pixels.CHANNELS;
        int stride = pixels.width() * Pixels.CHANNELS;
        int offset = down * stride + right * Pixels.CHANNELS;
        for (int y = Math.max(-down, 0); y < Math.min(pixels.height() - down, pixels.height()); y++) {
            for (int i = y * stride + first; i < y * stride + end; i++) {
                to[i] += weight * from[i + offset];
            }
        }
    }

    private static void divideByLargest(Pixels pixels) {
        float[] values = pixels.values();
        float largest = 0;
        for (int i = 0; i < pixels.size(); i++) {
            largest = Math.max(largest, values[i]);
        }
        if (largest > 0) {
            for (int i = 0; i < pixels.size(); i++) {
                values[i] /= largest;
            }
        }
    }
}
