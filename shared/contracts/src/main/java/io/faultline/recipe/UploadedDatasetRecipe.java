package io.faultline.recipe;

import static io.faultline.recipe.Bounds.required;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.faultline.artifact.ArtifactId;
import java.util.List;

/**
 * A data set that its owner uploaded before: a CIFAR archive, an image folder or the Tiny-ImageNet layout.
 *
 * @param artifact what the upload's answer named
 * @param subset a stratified part of it, drawn from the classes that are kept; null for the whole
 * @param classes names of the classes that are kept, in the order of their new labels, such as a list of ImageNet's synsets;
 *     null for all, or if they are counted
 * @param firstClasses keeps that many classes, the first by label, which in an image folder is the order of their names: the
 *     first hundred of ImageNet's are the paper's ImageNet-100; null for all, or if they are listed
 */
public record UploadedDatasetRecipe(
        ArtifactId artifact, SubsetRecipe subset, List<String> classes, Integer firstClasses) implements DatasetRecipe {
    @JsonCreator
    public UploadedDatasetRecipe(
            @JsonProperty("artifact") ArtifactId artifact,
            @JsonProperty("subset") SubsetRecipe subset,
            @JsonProperty("classes") List<String> classes,
            @JsonProperty("firstClasses") Integer firstClasses) {
        this.artifact = required("artifact", artifact, "the id that POST /api/v1/datasets answered");
        this.subset = subset;
        ClassChoice choice = new ClassChoice(classes, firstClasses);
        this.classes = choice.names();
        this.firstClasses = choice.first();
    }

    /** All classes of an upload. */
    public UploadedDatasetRecipe(ArtifactId artifact, SubsetRecipe subset) {
        this(artifact, subset, null, null);
    }

    /** Which classes are kept. */
    public ClassChoice choice() {
        return new ClassChoice(classes, firstClasses);
    }
}
