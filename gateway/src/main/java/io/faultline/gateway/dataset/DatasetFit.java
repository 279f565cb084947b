package io.faultline.gateway.dataset;

import io.faultline.job.UploadedDataset;
import io.faultline.recipe.ClassChoice;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SubsetRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

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

    /**
     * Of the classes that a recipe keeps.
     *
     * @throws InvalidRecipeException if it keeps one that the data set does not have
     */
    static DatasetFit of(UploadedDataset dataset, ClassChoice choice) {
        boolean oneSize = dataset.height() != null && dataset.width() != null;
        List<UploadedDataset.ClassCount> all = dataset.classes();
        int[] kept =
                choice.of(all.stream().map(UploadedDataset.ClassCount::name).toList());
        return new DatasetFit(
                oneSize ? Math.min(dataset.height(), dataset.width()) : Integer.MAX_VALUE,
                least(all, kept, UploadedDataset.ClassCount::train),
                least(all, kept, UploadedDataset.ClassCount::test));
    }

    private static UploadedDataset.ClassCount least(
            List<UploadedDataset.ClassCount> all, int[] kept, ToIntFunction<UploadedDataset.ClassCount> images) {
        return IntStream.of(kept)
                .mapToObj(all::get)
                .min(Comparator.comparingInt(images))
                .orElseThrow();
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
