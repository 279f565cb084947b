package io.faultline.recipe;

import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.required;

/**
 * What one job shall do. A stage that is left out is not run: without {@code poison} the data set goes on as it is, without
 * {@code training} it is the result, without {@code rift} the trained network is.
 *
 * @param name for people; "unnamed" where none is given
 * @param dataset where the images come from
 * @param poison how they are protected; null for not at all
 * @param training what is trained on them; null for nothing
 * @param rift how the trained network is refined; null for not at all
 * @param seed where all of the job's randomness comes from, but for the private filters; 0 where none is given
 */
public record Recipe(
        String name, DatasetRecipe dataset, CudaRecipe poison, TrainingRecipe training, RiftRecipe rift, Seed seed) {
    private static final int LONGEST_NAME = 200;

    public Recipe {
        name = orElse(name, "unnamed");
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw new InvalidRecipeException("name", "'" + name + "'", "1 to " + LONGEST_NAME + " characters");
        }
        required("dataset", dataset, "an object with source \"synthetic\" or \"uploaded\"");
        if (rift != null && training == null) {
            throw new InvalidRecipeException("rift", "given without training", "rift together with training");
        }
        seed = orElse(seed, Seed.of(0));
    }
}
