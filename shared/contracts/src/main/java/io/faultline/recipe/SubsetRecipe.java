package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.required;

/**
 * A stratified part of a data set: that many images of each class, drawn without replacement.
 *
 * @param seed what the part is drawn from; 0 where none is given
 */
public record SubsetRecipe(Integer trainPerClass, Integer testPerClass, Seed seed) {
    public SubsetRecipe {
        between("trainPerClass", required("trainPerClass", trainPerClass, "a number of images"), 2, 10_000_000);
        between("testPerClass", required("testPerClass", testPerClass, "a number of images"), 1, 10_000_000);
        seed = orElse(seed, Seed.of(0));
    }
}
