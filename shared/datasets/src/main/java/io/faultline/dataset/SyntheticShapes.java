package io.faultline.dataset;

import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A data set made in code: ten shapes, 32×32 RGB. Only the shape tells the class: colours, position, size, turn, lighting
 * and background texture are drawn alike for all. Every pixel carries broad-band noise, as a photograph does, in which a
 * class-wise filter leaves its trace.
 *
 * <p>An image is drawn from {@code seed/split/class/index} alone: a larger set contains the smaller, and no image of the
 * test split is drawn from a stream of the training split. The pixels are the same on every machine and JDK.
 */
public final class SyntheticShapes {
    private static final int LARGEST_COUNT = 100_000;

    private SyntheticShapes() {}

    /** Names of the ten classes, by label. */
    public static List<String> classes() {
        return Arrays.stream(Shape.values()).map(Shape::className).toList();
    }

    /**
     * @param trainPerClass 1 to 100,000
     * @param testPerClass 1 to 100,000
     * @return an {@linkplain DatasetForm#IMAGE_FOLDER image folder} of ten classes
     */
    public static ImageDataset generate(int trainPerClass, int testPerClass, Seed seed) {
        try (ImageSource source = open(trainPerClass, testPerClass, seed)) {
            return ImageDataset.of(source, ReadProgress.SILENT);
        }
    }

    /**
     * The same set, each image drawn when it is asked for.
     *
     * @param trainPerClass 1 to 100,000
     * @param testPerClass 1 to 100,000
     */
    public static ImageSource open(int trainPerClass, int testPerClass, Seed seed) {
        return new SyntheticImageSource(
                classes(),
                Map.of(
                        Split.TRAINING, new SyntheticImageSource.Images(perClass(trainPerClass), seed.derive("train")),
                        Split.TEST, new SyntheticImageSource.Images(perClass(testPerClass), seed.derive("test"))));
    }

    private static int perClass(int count) {
        if (count < 1 || count > LARGEST_COUNT) {
            throw new IllegalArgumentException(count + " images per class; expected 1 to " + LARGEST_COUNT);
        }
        return count;
    }
}
