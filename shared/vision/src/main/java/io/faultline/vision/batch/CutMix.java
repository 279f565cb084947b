package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * CutMix (Yun et al., ICCV 2019, Sec. 3): a rectangle of each image comes from another one. One rectangle for the batch, of the
 * edges √(1 − λ) H and √(1 − λ) W with λ ~ Beta(α, α), its centre any pixel and its outside cut off; labels are mixed by the area that
 * is left of it.
 *
 * @param alpha α above 0; 1 in the paper
 * @param probability share of the batches that are cut, 0 to 1; the paper does not say, the authors' command has 0.5 for
 *     CIFAR and 1 for ImageNet
 */
record CutMix(double alpha, double probability) implements BatchMixing {
    CutMix {
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("alpha is " + alpha + "; expected a number above 0");
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability is " + probability + "; expected a number from 0 to 1");
        }
    }

    /** Rows and columns from the first to before the end. */
    record Rectangle(int top, int bottom, int left, int right) {
        /** Of the edges that λ gives, about a centre, as far as it lies inside. */
        static Rectangle of(double lambda, int row, int column, int height, int width) {
            double edge = Math.sqrt(1 - lambda);
            int halfHeight = (int) (height * edge) / 2;
            int halfWidth = (int) (width * edge) / 2;
            return new Rectangle(
                    Math.max(row - halfHeight, 0),
                    Math.min(row + halfHeight, height),
                    Math.max(column - halfWidth, 0),
                    Math.min(column + halfWidth, width));
        }

        /** The part of an image that lies outside. */
        float rest(int height, int width) {
            return (float) (1 - (bottom - top) * (double) (right - left) / (height * (double) width));
        }
    }

    @Override
    public Optional<Mixture> mix(float[] values, int images, int height, int width, Seed batch) {
        SplittableRandom random = batch.derive("cutmix").generator();
        if (random.nextDouble() >= probability) {
            return Optional.empty();
        }
        Rectangle rectangle = draw(height, width, random);
        Mixture mixture = new Mixture(BatchMixing.partners(images, random), rectangle.rest(height, width));
        apply(values, height, width, rectangle, mixture.partners());
        return Optional.of(mixture);
    }

    Rectangle draw(int height, int width, SplittableRandom random) {
        double lambda = new Deviates(random).beta(alpha);
        return Rectangle.of(lambda, random.nextInt(height), random.nextInt(width), height, width);
    }

    void apply(float[] values, int height, int width, Rectangle rectangle, int[] partners) {
        float[] originals = values.clone();
        int length = (rectangle.right() - rectangle.left()) * Pixels.CHANNELS;
        for (int image = 0; image < partners.length; image++) {
            for (int y = rectangle.top(); y < rectangle.bottom(); y++) {
                int from = ((partners[image] * height + y) * width + rectangle.left()) * Pixels.CHANNELS;
                int to = ((image * height + y) * width + rectangle.left()) * Pixels.CHANNELS;
                System.arraycopy(originals, from, values, to, length);
            }
        }
    }
}
