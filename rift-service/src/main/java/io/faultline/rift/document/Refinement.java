package io.faultline.rift.document;

import io.faultline.event.JobId;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.report.DatasetReport;
import io.faultline.report.RiftReport;
import io.faultline.report.TrainingReport;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All that the report of one refinement tells; its canonical JSON is the report for programs.
 *
 * @param jobId the job that computed it; a later job of the same work finds it again under this name
 * @param report its {@code document} is what is made of this record, and so null in it
 * @param seeds by what they are for, such as {@code job}
 */
public record Refinement(
        JobId jobId,
        Recipe recipe,
        DatasetReport dataset,
        TrainingReport training,
        RiftReport report,
        Map<String, Seed> seeds,
        Platform platform) {
    /** @throws IllegalArgumentException if the recipe asks for no refinement */
    public Refinement {
        Objects.requireNonNull(jobId, "jobId");
        Objects.requireNonNull(dataset, "dataset");
        Objects.requireNonNull(training, "training");
        Objects.requireNonNull(report, "report");
        Objects.requireNonNull(platform, "platform");
        if (recipe.rift() == null) {
            throw new IllegalArgumentException("recipe '" + recipe.name()
                    + "' has no rift; a refinement is reported with the recipe that asked for it");
        }
        seeds = Collections.unmodifiableMap(new TreeMap<>(seeds));
    }
}
