package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Where the images of a job come from. On the wire the field {@code source} tells which. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "source")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SyntheticDatasetRecipe.class, name = "synthetic"),
    @JsonSubTypes.Type(value = UploadedDatasetRecipe.class, name = "uploaded")
})
public sealed interface DatasetRecipe permits SyntheticDatasetRecipe, UploadedDatasetRecipe {}
