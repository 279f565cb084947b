package io.faultline.recipe;

import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.required;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one job shall do: a data set's road, or a computation that needs none. A stage that is left out is not run: without
 * {@code poison} the data set goes on as it is, without {@code training} it is the result, without {@code rift} the trained
 * network is.
 *
 * @param name for people; "unnamed" where none is given
 * @param dataset where the images come from; null for a job without images
 * @param poison how they are protected; null for not at all
 * @param training what is trained on them; null for nothing
 * @param rift how the trained network is refined; null for not at all
 * @param seed where all of the job's randomness comes from, but for the private filters; 0 where none is given
 * @param gaussianMixture the theory to be computed, in a job of nothing else; null for none
 */
public record Recipe(
        String name,
        DatasetRecipe dataset,
        CudaRecipe poison,
        TrainingRecipe training,
        RiftRecipe rift,
        Seed seed,
        GaussianMixtureRecipe gaussianMixture) {
    private static final int LONGEST_NAME = 200;

    @JsonCreator
    public Recipe(
            @JsonProperty("name") String name,
            @JsonProperty("dataset") DatasetRecipe dataset,
            @JsonProperty("poison") CudaRecipe poison,
            @JsonProperty("training") TrainingRecipe training,
            @JsonProperty("rift") RiftRecipe rift,
            @JsonProperty("seed") Seed seed,
            @JsonProperty("gaussianMixture") GaussianMixtureRecipe gaussianMixture) {
        this.name = orElse(name, "unnamed");
        if (this.name.isBlank() || this.name.length() > LONGEST_NAME) {
            throw new InvalidRecipeException("name", "'" + name + "'", "1 to " + LONGEST_NAME + " characters");
        }
        if (gaussianMixture == null) {
            required("dataset", dataset, "an object with source \"synthetic\" or \"uploaded\"");
        } else if (dataset != null || poison != null || training != null || rift != null) {
            throw new InvalidRecipeException(
                    "gaussianMixture",
                    "given together with a data set or a stage on it",
                    "gaussianMixture alone, with a name and a seed; submit the other as a job of its own");
        }
        this.dataset = dataset;
        this.poison = poison;
        this.training = training;
        if (rift != null && training == null) {
            throw new InvalidRecipeException("rift", "given without training", "rift together with training");
        }
        this.rift = rift;
        this.seed = orElse(seed, Seed.of(0));
        this.gaussianMixture = gaussianMixture;
        publishedCorruptions().forEach((field, published) -> refuseUnlessItsDataSetIsWhole(field, published, dataset));
    }

    /** The recipes of corruptions that name a published set, by the field that names it. */
    public Map<String, CorruptionRecipe> publishedCorruptions() {
        Map<String, CorruptionRecipe> found = new TreeMap<>();
        if (training != null && training.evaluation() != null) {
            training.evaluation()
                    .publishedCorruptions()
                    .ifPresent(set -> found.put(
                            "training.evaluation.corruptions.published",
                            training.evaluation().corruptions()));
        }
        if (rift != null && rift.evaluation() != null) {
            rift.evaluation()
                    .publishedCorruptions()
                    .ifPresent(set -> found.put(
                            "rift.evaluation.corruptions.published",
                            rift.evaluation().corruptions()));
        }
        return found;
    }

    /** Its labels are the published data set's, which a choice of classes would number anew. */
    private static void refuseUnlessItsDataSetIsWhole(String field, CorruptionRecipe asked, DatasetRecipe dataset) {
        if (!(dataset instanceof UploadedDatasetRecipe uploaded)
                || !uploaded.choice().isAll()) {
            throw new InvalidRecipeException(
                    field,
                    asked.published(),
                    "a published set together with all classes of its own uploaded data set: source \"uploaded\" without"
                            + " classes and firstClasses; leave published out to have the test images corrupted here");
        }
    }

    /** A data set's road. */
    public Recipe(
            String name,
            DatasetRecipe dataset,
            CudaRecipe poison,
            TrainingRecipe training,
            RiftRecipe rift,
            Seed seed) {
        this(name, dataset, poison, training, rift, seed, null);
    }
}
