package io.faultline.report;

import io.faultline.artifact.ArtifactRef;
import java.util.List;

/**
 * What poison-service made.
 *
 * @param dataset the data set to train on, with its clean test split and a manifest
 * @param protectedImages training images that were convolved; 0 without poison
 * @param keyId names the master key that the filters came from, never the key itself; null without poison or with a seed
 * @param insecureSeed whether the filters came from a searchable seed
 * @param clippedShare share of the protected images' pixel values cut off at the ends of the range
 */
public record DatasetReport(
        ArtifactRef dataset,
        List<String> classes,
        int trainImages,
        int testImages,
        int protectedImages,
        String keyId,
        boolean insecureSeed,
        double clippedShare) {
    public DatasetReport {
        classes = List.copyOf(classes);
    }
}
