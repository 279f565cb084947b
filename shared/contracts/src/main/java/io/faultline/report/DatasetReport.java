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
 * @param quality by class, of the protected ones; empty without poison
 * @param findings of the quality gate; empty if all is well
 * @param pictures a few images of each class before and after, PNG; null without poison
 * @param controls the control sets that the recipe asks for
 * @param leaks what leaked pairs would give away, if the recipe asks for the audit
 */
public record DatasetReport(
        ArtifactRef dataset,
        List<String> classes,
        int trainImages,
        int testImages,
        int protectedImages,
        String keyId,
        boolean insecureSeed,
        double clippedShare,
        List<ClassQualityReport> quality,
        List<QualityFinding> findings,
        ArtifactRef pictures,
        List<ControlReport> controls,
        List<LeakReport> leaks) {
    public DatasetReport {
        classes = List.copyOf(classes);
        // reports of the time before these have none
        quality = quality == null ? List.of() : List.copyOf(quality);
        findings = findings == null ? List.of() : List.copyOf(findings);
        controls = controls == null ? List.of() : List.copyOf(controls);
        leaks = leaks == null ? List.of() : List.copyOf(leaks);
    }

    /** Of images that nothing was measured on. */
    public DatasetReport(
            ArtifactRef dataset,
            List<String> classes,
            int trainImages,
            int testImages,
            int protectedImages,
            String keyId,
            boolean insecureSeed,
            double clippedShare) {
        this(
                dataset,
                classes,
                trainImages,
                testImages,
                protectedImages,
                keyId,
                insecureSeed,
                clippedShare,
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of());
    }
}
