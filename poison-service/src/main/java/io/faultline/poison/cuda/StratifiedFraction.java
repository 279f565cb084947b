package io.faultline.poison.cuda;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which images of a split are protected: of each class the same share, rounded to the nearest whole number of images, drawn
 * without replacement.
 *
 * @implNote The authors' script tosses a coin per image; an exact count per class makes the share that was asked for the
 *     share that comes out.
 */
public final class StratifiedFraction {
    private StratifiedFraction() {}

    /**
     * @param labels 0 to {@code classes} − 1
     * @param fraction 0 to 1
     * @return places in the split
     */
    public static BitSet draw(int[] labels, int classes, double fraction, Seed seed) {
        int[][] chosen = new int[classes][];
        for (int label = 0; label < classes; label++) {
            int current = label;
            int[] places = IntStream.range(0, labels.length)
                    .filter(place -> labels[place] == current)
                    .toArray();
            int wanted = (int) Math.round(fraction * places.length);
            shuffleFront(places, wanted, seed.derive(label).generator());
            chosen[label] = Arrays.copyOf(places, wanted);
        }
        BitSet places = new BitSet(labels.length);
        Arrays.stream(chosen).flatMapToInt(Arrays::stream).forEach(places::set);
        return places;
    }

    /** The first {@code count} steps of a Fisher-Yates shuffle. */
    private static void shuffleFront(int[] places, int count, SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, places.length);
            int place = places[other];
            places[other] = places[i];
            places[i] = place;
        }
    }
}
