package io.faultline.dataset;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
        return new ImageDataset(
                DatasetForm.IMAGE_FOLDER,
                classes(),
                split(trainPerClass, seed.derive("train")),
                split(testPerClass, seed.derive("test")));
    }

    private static LabeledImages split(int perClass, Seed seed) {
        if (perClass < 1 || perClass > LARGEST_COUNT) {
            throw new IllegalArgumentException(perClass + " images per class; expected 1 to " + LARGEST_COUNT);
        }
        Shape[] shapes = Shape.values();
        Seed[] seeds = IntStream.range(0, shapes.length)
                .mapToObj(label -> seed.derive(shapes[label].className()))
                .toArray(Seed[]::new);
        int size = perClass * shapes.length;
        return new LabeledImages(
                IntStream.range(0, size)
                        .mapToObj(i -> String.format("%s/%05d", shapes[i / perClass].className(), i % perClass))
                        .toList(),
                IntStream.range(0, size).map(i -> i / perClass).toArray(),
                IntStream.range(0, size)
                        .parallel()
                        .mapToObj(i ->
                                new ShapeScene(shapes[i / perClass], seeds[i / perClass].derive(i % perClass)).render())
                        .toList());
    }
}
