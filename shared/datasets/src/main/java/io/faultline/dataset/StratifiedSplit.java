package io.faultline.dataset;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Draws images class by class, so that each class keeps its share. Each image gets a random key from its class's stream and
 * those with the smallest keys are drawn: a larger draw of the same seed contains the smaller.
 *
 * @param kept places that were not held out, ascending
 * @param heldOut places that were, ascending
 */
public record StratifiedSplit(int[] kept, int[] heldOut) {
    /**
     * Holds out round({@code fraction} · n) images of a class of n, halves rounded up, at least one and all but one.
     *
     * @param labels 0 and up
     * @param fraction above 0 and below 1
     * @throws InvalidDatasetException naming the class that has fewer than two images
     */
    public static StratifiedSplit holdOut(int[] labels, double fraction, Seed seed) {
        if (!(fraction > 0 && fraction < 1)) {
            throw new IllegalArgumentException("fraction is " + fraction + "; expected a number above 0 and below 1");
        }
        int[][] places = placesByClass(labels);
        int[] heldOut = IntStream.range(0, places.length)
                .boxed()
                .flatMapToInt(label -> {
                    int size = places[label].length;
                    if (size < 2) {
                        throw new InvalidDatasetException(
                                "class " + label + " has " + size
                                        + " training images; expected at least 2, one to train on and one to hold out. Add images.");
                    }
                    int count = (int) Math.max(1, Math.min(size - 1L, Math.round(fraction * size)));
                    return Arrays.stream(drawn(places[label], count, seed.derive(label)));
                })
                .sorted()
                .toArray();
        int[] kept = IntStream.range(0, labels.length)
                .filter(place -> Arrays.binarySearch(heldOut, place) < 0)
                .toArray();
        return new StratifiedSplit(kept, heldOut);
    }

    /**
     * Draws the same number of images of each class, without replacement.
     *
     * @param labels 0 and up
     * @return places, ascending
     * @throws InvalidDatasetException naming the class that has fewer images
     */
    public static int[] draw(int[] labels, int perClass, Seed seed) {
        if (perClass < 1) {
            throw new IllegalArgumentException(perClass + " images per class; expected at least 1");
        }
        int[][] places = placesByClass(labels);
        return IntStream.range(0, places.length)
                .boxed()
                .flatMapToInt(label -> {
                    if (places[label].length < perClass) {
                        throw new InvalidDatasetException("class " + label + " has " + places[label].length
                                + " images, of which " + perClass + " were asked for; allowed: at most "
                                + places[label].length + ". Ask for fewer.");
                    }
                    return Arrays.stream(drawn(places[label], perClass, seed.derive(label)));
                })
                .sorted()
                .toArray();
    }

    private static int[] drawn(int[] places, int count, Seed seed) {
        record Keyed(int place, long key) {}
        SplittableRandom random = seed.generator();
        return Arrays.stream(places)
                .mapToObj(place -> new Keyed(place, random.nextLong()))
                .sorted(Comparator.comparingLong(Keyed::key).thenComparingInt(Keyed::place))
                .limit(count)
                .mapToInt(Keyed::place)
                .toArray();
    }

    private static int[][] placesByClass(int[] labels) {
        int classes = Arrays.stream(labels).max().orElse(-1) + 1;
        if (Arrays.stream(labels).anyMatch(label -> label < 0)) {
            throw new IllegalArgumentException("a label is below 0; expected 0 and up");
        }
        return Stream.iterate(0, label -> label < classes, label -> label + 1)
                .map(label -> IntStream.range(0, labels.length)
                        .filter(place -> labels[place] == label)
                        .toArray())
                .toArray(int[][]::new);
    }
}
