package io.faultline.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobId;
import io.faultline.event.StageName;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.Recipe;
import io.faultline.report.Accuracy;
import io.faultline.report.AutoAttackReport;
import io.faultline.report.CertificationReport;
import io.faultline.report.ClassifierReport;
import io.faultline.report.CorruptionReport;
import io.faultline.report.DatasetReport;
import io.faultline.report.EpochReport;
import io.faultline.report.EvaluationReport;
import io.faultline.report.ImportReport;
import io.faultline.report.TrainingReport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobFiguresTest {
    @Test
    void everyFurtherMeasurementIsALineOfItsOwn() {
        // Given
        Recipe recipe = FaultlineJson.readRecipe("""
                {"dataset": {"source": "synthetic"}, "training": {"epochs": 2, "selection": {"by": "test"},
                 "start": {"checkpoint": "sha256:%s"}, "evaluation": {"autoAttack": {"threatModel": "l2"}}}}""".formatted("c".repeat(64)).getBytes(StandardCharsets.UTF_8));
        EvaluationReport evaluation = new EvaluationReport(
                new ClassifierReport(List.of(), List.of(), 0.0625, 1.5, 0.75),
                new AutoAttackReport(accuracy(700), List.of(), accuracy(201)),
                new CorruptionReport(List.of(new CorruptionReport.Cell(CorruptionName.FOG, 3, accuracy(500))), 50),
                new CertificationReport(
                        accuracy(300), 7, List.of(new CertificationReport.AtRadius(0.25, accuracy(120)))));
        TrainingReport training = new TrainingReport(
                artifact(ArtifactKind.CHECKPOINT_TRAINED),
                List.of(epoch(1), epoch(2)),
                accuracy(650),
                accuracy(700),
                null,
                List.of(),
                null,
                evaluation,
                1,
                new ImportReport("a zip", accuracy(690), null, false, "Stated are 90 %."),
                "cpu",
                List.of("The epoch was chosen on the test split."),
                List.of());

        // When
        String figures = JobFigures.of(completed(recipe, training));

        // Then
        assertThat(figures)
                .contains(
                        "Started from a zip; UNVERIFIED: Stated are 90 %.",
                        "Weights of epoch 1, the best by test",
                        "Calibration error 0.0625, negative log-likelihood 1.5000",
                        "20.10 % (201 of 1000) under AutoAttack (L2, ε = 1/2)",
                        "Accuracy on corrupted test images: 50.00 %, the mean of 1 corruptions",
                        "Certified test accuracy by L2 radius: 0.25: 12.00 %",
                        "The epoch was chosen on the test split.");
    }

    private static EpochReport epoch(int number) {
        return new EpochReport(number, 0.1, 2.0, accuracy(1), accuracy(2), 1);
    }

    private static JobSnapshot completed(Recipe recipe, TrainingReport training) {
        JobId id = new JobId(new UUID(0, 1));
        DatasetReport dataset = new DatasetReport(
                artifact(ArtifactKind.DATASET_CLEAN), List.of("cat", "dog"), 5000, 1000, 0, null, false, 0);
        Instant start = Instant.parse("2026-01-02T03:04:05Z");
        return new JobSnapshot(
                id,
                "job",
                JobState.COMPLETED,
                false,
                StageName.of(recipe),
                null,
                start,
                start.plusSeconds(60),
                recipe,
                null,
                new JobCompleted(id, recipe, dataset, training, null),
                null);
    }

    private static Accuracy accuracy(long correct) {
        return new Accuracy(correct, 1000);
    }

    private static ArtifactRef artifact(ArtifactKind kind) {
        return new ArtifactRef(kind, new ArtifactId("b".repeat(64)), 1 << 20);
    }
}
