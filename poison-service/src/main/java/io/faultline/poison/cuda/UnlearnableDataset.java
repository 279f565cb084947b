package io.faultline.poison.cuda;

import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A data set whose training images, or a share of each class of them, have gone through their class's convolution; the test
 * split, the labels and the order stay as they were.
 *
 * @param dataset in the clean one's form
 * @param protectedPlaces of the training images that were convolved; not copied
 * @param clippedShare share of those images' pixel values that were cut off at the ends of the range; 0 of no image
 */
public record UnlearnableDataset(ImageDataset dataset, BitSet protectedPlaces, double clippedShare) {
    private static final int IMAGES_BETWEEN_REPORTS = 512;

    /** Hears of the work while it runs, between images; what it throws ends the work. */
    @FunctionalInterface
    public interface Listener {
        void convolved(int images);
    }

    /**
     * Protects a data set.
     *
     * @param fraction share of each class's training images, 0 to 1
     * @param seed which images, if not all
     * @throws IllegalArgumentException if the kernel is larger than an image that is to be protected
     */
    public static UnlearnableDataset protect(
            ImageDataset clean, FilterBank filters, double fraction, Seed seed, Listener listener) {
        LabeledImages train = clean.train();
        int[] places = StratifiedFraction.draw(train.labels(), clean.classes().size(), fraction, seed);
        ClassWiseConvolution convolution = new ClassWiseConvolution(filters);
        List<RgbImage> images = new ArrayList<>(train.images());
        BitSet protectedPlaces = new BitSet(train.size());
        long clipped = 0;
        long values = 0;
        for (int from = 0; from < places.length; from += IMAGES_BETWEEN_REPORTS) {
            int to = Math.min(places.length, from + IMAGES_BETWEEN_REPORTS);
            List<ConvolvedImage> convolved = IntStream.range(from, to)
                    .parallel()
                    .mapToObj(i -> convolution.apply(train.images().get(places[i]), train.labels()[places[i]]))
                    .toList();
            for (int i = from; i < to; i++) {
                ConvolvedImage result = convolved.get(i - from);
                images.set(places[i], result.image());
                protectedPlaces.set(places[i]);
                clipped += result.clipped();
                values += result.image().pixels().length;
            }
            listener.convolved(to - from);
        }
        return new UnlearnableDataset(
                clean.withTrain(new LabeledImages(train.ids(), train.labels(), images)),
                protectedPlaces,
                values == 0 ? 0 : (double) clipped / values);
    }
}
