package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import io.faultline.recipe.TransformForm;
import java.util.SplittableRandom;

/**
 * Sharpens with a random kernel, one for all channels (Kim and Sandoval-Segura, "Learning from Convolution-based Unlearnable
 * Datasets", arXiv 2411.01742; "RSK"): a cross of the centre c ~ N(m, s²) and four negative neighbours −n_i,
 * n_i ~ N((c − 1)/4, s²) each, so that the kernel's sum is 1 in the mean. The result is clipped to [0, 1]. With s = 0 it is the
 * paper's fixed kernel ("SSK"). Test images stay as they are.
 *
 * @param centre m; 2.5 in the authors' code
 * @param deviation s; 0.1 in the authors' code
 * @param form SOUND repeats the edge pixels beyond the border. SCRIPT has no padding: the image loses its outer ring of pixels, which
 *     the crop that follows fills up.
 * @implNote form and numbers are the authors' published code's; of the paper itself only abstract and first table could be read
 */
record RandomSharpening(double centre, double deviation, TransformForm form) implements ImageTransform {
    private static final int NEIGHBOURS = 4;

    RandomSharpening {
        if (!(centre >= 1 && centre < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("centre is " + centre + "; expected a number from 1");
        }
        if (!(deviation >= 0 && deviation < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("deviation is " + deviation + "; expected a number from 0");
        }
    }

    /** The centre and what is subtracted of each neighbour. */
    record Kernel(float centre, float above, float left, float right, float below) {}

    @Override
    public void apply(Pixels pixels, Seed image) {
        apply(pixels, draw(image.derive("sharpening").generator()));
    }

    Kernel draw(SplittableRandom random) {
        Deviates deviates = new Deviates(random);
        double c = centre + deviation * deviates.normal();
        double mean = (c - 1) / NEIGHBOURS;
        return new Kernel(
                (float) c,
                (float) (mean + deviation * deviates.normal()),
                (float) (mean + deviation * deviates.normal()),
                (float) (mean + deviation * deviates.normal()),
                (float) (mean + deviation * deviates.normal()));
    }

    void apply(Pixels pixels, Kernel kernel) {
        switch (form) {
            case SOUND -> convolve(pixels, kernel, 0);
            case SCRIPT -> convolve(pixels, kernel, 1);
        }
    }

    /** Writes the image without a ring of that width; beyond the image lie its edge pixels. */
    private static void convolve(Pixels pixels, Kernel kernel, int ring) {
        float[] from = pixels.values();
        float[] to = pixels.spare();
        int height = pixels.height();
        int width = pixels.width();
        int out = 0;
        for (int y = ring; y < height - ring; y++) {
            int row = y * width;
            int rowAbove = Math.max(y - 1, 0) * width;
            int rowBelow = Math.min(y + 1, height - 1) * width;
            for (int x = ring; x < width - ring; x++) {
                int here = (row + x) * Pixels.CHANNELS;
                int above = (rowAbove + x) * Pixels.CHANNELS;
                int below = (rowBelow + x) * Pixels.CHANNELS;
                int left = (row + Math.max(x - 1, 0)) * Pixels.CHANNELS;
                int right = (row + Math.min(x + 1, width - 1)) * Pixels.CHANNELS;
                for (int c = 0; c < Pixels.CHANNELS; c++) {
                    to[out++] = Pixels.clip(kernel.centre() * from[here + c]
                            - kernel.above() * from[above + c]
                            - kernel.left() * from[left + c]
                            - kernel.right() * from[right + c]
                            - kernel.below() * from[below + c]);
                }
            }
        }
        pixels.turn(height - 2 * ring, width - 2 * ring);
    }
}
