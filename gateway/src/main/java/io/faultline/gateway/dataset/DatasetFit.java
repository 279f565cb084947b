package io.faultline.gateway.dataset;

import io.faultline.job.UploadedDataset;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SubsetRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import java.util.Comparator;

/**
 * What a data set allows of a recipe.
 *
 * @param largestKernel the shorter side of its images in pixels
 * @param smallestTrain the class with the fewest training images; null where any number can be made
 * @param smallestTest the class with the fewest test images; null where any number can be made
 */
record DatasetFit(
        int largestKernel, UploadedDataset.ClassCount smallestTrain, UploadedDataset.ClassCount smallestTest) {
    private static final int SYNTHETIC_SIDE = 32;

    static final DatasetFit SYNTHETIC = new DatasetFit(SYNTHETIC_SIDE, null, null);

    static DatasetFit of(UploadedDataset dataset) {
        boolean oneSize = dataset.height() != null && dataset.width() != null;
        return new DatasetFit(
                oneSize ? Math.min(dataset.height(), dataset.width()) : Integer.MAX_VALUE,
                dataset.classes().stream()
                        .min(Comparator.comparingInt(UploadedDataset.ClassCount::train))
                        .orElseThrow(),
                dataset.classes().stream()
                        .min(Comparator.comparingInt(UploadedDataset.ClassCount::test))
                        .orElseThrow());
    }

    void require(Recipe recipe) {
        if (recipe.poison() != null && recipe.poison().kernelSize() > largestKernel) {
            throw new InvalidRecipeException(
                    "poison.kernelSize",
                    recipe.poison().kernelSize(),
                    "an odd number no larger than the images' shorter side, " + largestKernel);
        }
    }

    void require(Recipe recipe, UploadedDatasetRecipe uploaded) {
        require(recipe);
        SubsetRecipe subset = uploaded.subset();
        if (subset != null) {
            atMost("dataset.subset.trainPerClass", subset.trainPerClass(), smallestTrain.train(), smallestTrain.name());
            atMost("dataset.subset.testPerClass", subset.testPerClass(), smallestTest.test(), smallestTest.name());
        }
    }

    private static void atMost(String field, int asked, int there, String className) {
        if (asked > there) {
            throw new InvalidRecipeException(
                    field, asked, "at most " + there + ", as many as class '" + className + "' has");
        }
    }
}
