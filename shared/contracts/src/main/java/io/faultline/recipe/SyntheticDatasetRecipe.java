package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * The built-in set of shapes: ten classes, 32×32 RGB, made in code.
 *
 * @param trainPerClass training images of each class; 500 where none is given
 * @param testPerClass test images of each class; 100 where none is given
 * @param seed what the images are drawn from; 0 where none is given
 */
public record SyntheticDatasetRecipe(Integer trainPerClass, Integer testPerClass, Seed seed) implements DatasetRecipe {
    public SyntheticDatasetRecipe {
        trainPerClass = between("trainPerClass", orElse(trainPerClass, 500), 2, 100_000);
        testPerClass = between("testPerClass", orElse(testPerClass, 100), 1, 100_000);
        seed = orElse(seed, Seed.of(0));
    }
}
