package io.faultline.gateway;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.event.DatasetReady;
import io.faultline.event.FailureCode;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.ModelReady;
import io.faultline.event.StageName;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.faultline.report.Accuracy;
import io.faultline.report.DatasetReport;
import io.faultline.report.TrainingReport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What workers would tell of a job, for tests. */
public final class Facts {
    /** All three stages on the built-in set. */
    public static final String WHOLE_ROAD = """
            {"name": "whole road",
             "dataset": {"source": "synthetic", "trainPerClass": 20, "testPerClass": 5},
             "poison": {"kernelSize": 3},
             "training": {"objective": "at", "width": 8, "epochs": 1},
             "rift": {}}""";

    /** The data set is the result. */
    public static final String DATASET_ONLY = """
            {"name": "data set only", "dataset": {"source": "synthetic"}}""";

    public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private Facts() {}

    public static Recipe recipe(String json) {
        return FaultlineJson.readRecipe(json.getBytes(StandardCharsets.UTF_8));
    }

    public static DatasetReady datasetReady(JobId job, Recipe recipe) {
        return new DatasetReady(job, recipe, datasetReport());
    }

    public static ModelReady modelReady(JobId job, Recipe recipe) {
        return new ModelReady(job, recipe, datasetReport(), trainingReport(List.of()));
    }

    public static JobProgressed progress(JobId job, StageName stage, Instant at, long done) {
        return new JobProgressed(
                job, stage, at, "epoch 1 of 1", done, 100, "images", 12.5, 4.0, Map.of("loss", 1.0 / (1 + done)));
    }

    public static JobCompleted completed(JobId job, Recipe recipe, String... suspicions) {
        return new JobCompleted(job, recipe, datasetReport(), trainingReport(List.of(suspicions)), null);
    }

    public static JobFailed failed(JobId job, StageName stage) {
        return new JobFailed(job, stage, FailureCode.REJECTED, "the images are too small; send larger ones");
    }

    private static DatasetReport datasetReport() {
        return new DatasetReport(
                artifact(ArtifactKind.DATASET_CUDA, "d1"), List.of("left", "right"), 20, 10, 20, "key-1", false, 0.01);
    }

    private static TrainingReport trainingReport(List<String> suspicions) {
        return new TrainingReport(
                artifact(ArtifactKind.CHECKPOINT_TRAINED, "c1"),
                List.of(),
                new Accuracy(1, 2),
                new Accuracy(7, 10),
                null,
                suspicions);
    }

    private static ArtifactRef artifact(ArtifactKind kind, String digits) {
        return new ArtifactRef(kind, new ArtifactId(digits.repeat(32)), 1234);
    }
}
