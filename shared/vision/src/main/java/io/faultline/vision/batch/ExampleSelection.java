package io.faultline.vision.batch;

import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Which images of a split something is measured on, in an order drawn by seed, so that a batch has images of many classes. */
public final class ExampleSelection {
    private ExampleSelection() {}

    /** All images, shuffled. */
    public static LabeledImages all(LabeledImages split, Seed seed) {
        return split.select(shuffled(split.size(), seed));
    }

    /**
     * As many images of each class, or all of a class that has fewer, shuffled.
     *
     * @param field of the recipe that says how many, for the refusal
     * @param classes of the data set
     * @param most how many images altogether
     * @throws InvalidRecipeException if that is less than one per class
     */
    public static LabeledImages atMost(String field, int most, LabeledImages split, int classes, Seed seed) {
        return split.select(places(field, most, split.labels(), classes, seed));
    }

    /**
     * The places of the same images, of a split whose labels alone are known.
     *
     * @throws InvalidRecipeException if that is less than one per class
     */
    public static int[] places(String field, int most, int[] labels, int classes, Seed seed) {
        if (most < classes) {
            throw new InvalidRecipeException(
                    field, most, "at least one of each of the " + classes + " classes, or nothing for all");
        }
        int[] taken = new int[classes];
        int perClass = most / classes;
        return Arrays.stream(shuffled(labels.length, seed))
                .filter(place -> taken[labels[place]]++ < perClass)
                .toArray();
    }

    private static int[] shuffled(int size, Seed seed) {
        SplittableRandom random = seed.generator();
        int[] places = IntStream.range(0, size).toArray();
        for (int last = size - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int place = places[last];
            places[last] = places[other];
            places[other] = place;
        }
        return places;
    }
}
