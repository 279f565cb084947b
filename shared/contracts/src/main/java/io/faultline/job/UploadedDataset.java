package io.faultline.job;

import io.faultline.artifact.ArtifactRef;
import java.util.List;

/**
 * What the gateway answers to an accepted upload of a data set.
 *
 * @param artifact what a recipe names as its data set
 * @param form how the data set lies in the archive
 * @param classes in the order of the labels
 * @param height in pixels; null where the images differ in size
 * @param width in pixels; null where the images differ in size
 */
public record UploadedDataset(
        ArtifactRef artifact, String form, List<ClassCount> classes, Integer height, Integer width) {
    public UploadedDataset {
        classes = List.copyOf(classes);
    }

    /** How many images a class has in each split. */
    public record ClassCount(String name, int train, int test) {}
}
