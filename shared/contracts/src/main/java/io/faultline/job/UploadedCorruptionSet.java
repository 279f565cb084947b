package io.faultline.job;

import io.faultline.artifact.ArtifactRef;
import java.util.List;

/**
 * What the gateway answers to an accepted upload of a published corruption set.
 *
 * @param artifact what a recipe names as published
 * @param form how the set is laid out: ARRAYS as CIFAR-10-C, or FOLDERS as Tiny-ImageNet-C
 * @param corruptions under the set's own names, ascending
 * @param classes how many there are
 * @param classNames ascending; empty where the set numbers its classes
 * @param height of the images looked at, in pixels; null where they differ in size
 * @param width in pixels; null where they differ in size
 */
public record UploadedCorruptionSet(
        ArtifactRef artifact,
        String form,
        List<Corruption> corruptions,
        int classes,
        List<String> classNames,
        Integer height,
        Integer width) {
    public UploadedCorruptionSet {
        corruptions = List.copyOf(corruptions);
        classNames = List.copyOf(classNames);
    }

    /** One corruption, with its severities ascending. */
    public record Corruption(String name, List<Severity> severities) {
        public Corruption {
            severities = List.copyOf(severities);
        }
    }

    /** How many images there are of one severity. */
    public record Severity(int severity, int images) {}
}
