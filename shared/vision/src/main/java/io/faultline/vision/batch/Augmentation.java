package io.faultline.vision.batch;

import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.Seed;
import java.util.SplittableRandom;

/**
 * How each image of an epoch is moved and mirrored: a crop of the old size from the image with a border of zeros, then a flip,
 * drawn by seed, epoch and the image's place in the data set.
 *
 * @param padding zero pixels on each side; 0 for no crop
 * @param flip whether half of the images are mirrored left to right
 */
public record Augmentation(int padding, boolean flip, Seed seed) {
    /** Leaves images as they are. */
    public static final Augmentation NONE = new Augmentation(0, false, Seed.of(0));

    public static Augmentation of(AugmentationRecipe recipe, Seed seed) {
        return new Augmentation(recipe.cropPadding(), recipe.horizontalFlip(), seed);
    }

    /**
     * What happens to one image.
     *
     * @param down rows that its content moves down, from −padding to padding
     * @param right columns that its content moves to the right, before mirroring
     */
    record Placement(int down, int right, boolean mirrored) {
        static final Placement AS_IT_IS = new Placement(0, 0, false);
    }

    Placement draw(int epoch, int place) {
        if (padding == 0 && !flip) {
            return Placement.AS_IT_IS;
        }
        SplittableRandom random = seed.derive(epoch).derive(place).generator();
        return new Placement(
                random.nextInt(2 * padding + 1) - padding,
                random.nextInt(2 * padding + 1) - padding,
                flip && random.nextBoolean());
    }
}
