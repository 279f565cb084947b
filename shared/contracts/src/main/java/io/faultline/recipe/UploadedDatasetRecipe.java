package io.faultline.recipe;

import static io.faultline.recipe.Bounds.required;

import io.faultline.artifact.ArtifactId;

/**
 * A data set that its owner uploaded before: a CIFAR archive, an image folder or the Tiny-ImageNet layout.
 *
 * @param artifact what the upload's answer named
 * @param subset a stratified part of it; null for the whole
 */
public record UploadedDatasetRecipe(ArtifactId artifact, SubsetRecipe subset) implements DatasetRecipe {
    public UploadedDatasetRecipe {
        required("artifact", artifact, "the id that POST /api/v1/datasets answered");
    }
}
