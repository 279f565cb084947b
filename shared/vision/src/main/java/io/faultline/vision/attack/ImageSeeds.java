package io.faultline.vision.attack;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One seed per image of a batch, so that what is drawn for an image does not depend on which others are attacked beside it:
 * images that leave early change no other's numbers.
 *
 * @param seeds in the order of the images
 */
public record ImageSeeds(List<Seed> seeds) {
    public ImageSeeds {
        seeds = List.copyOf(seeds);
    }

    /** By each image's place in its data set: wherever the batches are cut, an image keeps its seed. */
    public static ImageSeeds of(Seed seed, int[] places) {
        return new ImageSeeds(Arrays.stream(places).mapToObj(seed::derive).toList());
    }

    /** By position in a batch that is always composed alike, such as one of training. */
    public static ImageSeeds inOrder(Seed seed, int count) {
        return of(seed, IntStream.range(0, count).toArray());
    }

    public int count() {
        return seeds.size();
    }

    public Seed get(int image) {
        return seeds.get(image);
    }

    /** The seeds of some of the images, in this order. */
    public ImageSeeds at(int[] images) {
        return new ImageSeeds(Arrays.stream(images).mapToObj(seeds::get).toList());
    }

    /** Each image's independent seed for one purpose. */
    public ImageSeeds derive(String purpose) {
        return each(seed -> seed.derive(purpose));
    }

    /** Each image's independent seed for one turn of a counter: restart, target. */
    public ImageSeeds derive(long counter) {
        return each(seed -> seed.derive(counter));
    }

    private ImageSeeds each(UnaryOperator<Seed> derived) {
        return new ImageSeeds(seeds.stream().map(derived).toList());
    }
}
