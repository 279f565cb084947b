package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * Random changes of a training image, drawn anew each epoch.
 *
 * @param cropPadding zero pixels added on each side before a crop of the old size; 4 where none is given, 0 for no crop
 * @param horizontalFlip whether half of the images are mirrored; true where nothing is given
 */
public record AugmentationRecipe(Integer cropPadding, Boolean horizontalFlip) {
    public AugmentationRecipe {
        cropPadding = between("cropPadding", orElse(cropPadding, 4), 0, 64);
        horizontalFlip = orElse(horizontalFlip, Boolean.TRUE);
    }
}
