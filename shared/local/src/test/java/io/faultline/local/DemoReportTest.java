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
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.DatasetReport;
import io.faultline.report.EpochReport;
import io.faultline.report.FineTuningEpoch;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.ModuleCriticality;
import io.faultline.report.PairedDifference;
import io.faultline.report.RefinementChange;
import io.faultline.report.RefinementFigures;
import io.faultline.report.RiftReport;
import io.faultline.report.TrainingReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DemoReportTest {
    private static final Instant START = Instant.parse("2026-01-02T03:00:00Z");

    @Test
    void theThreeJobsFiguresStandSideBySide() {
        DemoReport report = new DemoReport(
                job(DemoRecipe.CLEAN, 0, accuracy(883), null, List.of(), null, 61),
                job(DemoRecipe.POISONED, 4500, accuracy(210), null, List.of("accuracy below chance"), null, 75),
                job(DemoRecipe.ROBUST, 0, accuracy(700), accuracy(330), List.of(), rift(), 250),
                Duration.ofSeconds(260));

        assertThat(report).hasToString("""
                        What is protected is not learnt (CUDA)
                        ──────────────────────────────────────
                        trained on           clean test accuracy  images
                        (a) clean images                 88.30 %    1000
                        (b) CUDA images                  21.00 %    1000
                        (b) − (a) in points               -67.30
                        (b) 5000 training images, 4500 of them protected by key k-1 (1.25 % of values clipped), 1000 test images, 2 classes, 2.00 MiB

                        What is robust generalises better (RiFT)
                        ────────────────────────────────────────
                        Robust accuracy under PGD-10 (L∞, ε = 4/255, step 1/255, worst of 3 starts)
                        on the test split  before RiFT  after RiFT  change in points  images
                        clean                  70.00 %     71.50 %      +1.50 ± 0.80    1000
                        robust                 33.00 %     33.20 %      +0.20 ± 0.30    1000

                        module, least critical first     MRC  robust drop  weights
                        layer4.1.conv2                0.0123         0.39    36864
                        conv1                           1.50        40.00      216

                        Fine-tuned: layer4.1.conv2. lowest of 2
                        α: 0.3. greatest gain within 0.1 points

                        Sizes and times
                        ───────────────
                        job            data set  checkpoint  wall time  training
                        (a) clean ERM  2.00 MiB    0.50 MiB       1:01  resnet18 of width 8, ERM, 1 epochs of batch 64 in 0:05, weights 0.50 MiB
                        (b) CUDA ERM   2.00 MiB    0.50 MiB       1:15  resnet18 of width 8, ERM, 1 epochs of batch 64 in 0:05, weights 0.50 MiB
                        (c) AT + RiFT  2.00 MiB    0.50 MiB       4:10  resnet18 of width 8, AT, 1 epochs of batch 64 in 0:05, weights 0.50 MiB
                        5000 training images, 1000 test images, 2 classes, 2.00 MiB
                        All three together: 4:20
                        (b) CUDA ERM: SUSPECT: accuracy below chance""");
    }

    private static Accuracy accuracy(long correct) {
        return new Accuracy(correct, 1000);
    }

    private static RiftReport rift() {
        return new RiftReport(
                artifact(ArtifactKind.CHECKPOINT_REFINED, 1 << 19),
                artifact(ArtifactKind.CRITICALITY, 1000),
                artifact(ArtifactKind.ADVERSARIAL_EXAMPLES, 1000),
                artifact(ArtifactKind.REPORT, 1000),
                artifact(ArtifactKind.REPORT, 1000),
                List.of(
                        new ModuleCriticality(
                                new ModulePath("layer4.1.conv2"), 36864, 0.0123, 0.39, List.of(1.0, 1.01)),
                        new ModuleCriticality(new ModulePath("conv1"), 216, 1.5, 40, List.of(1.0, 2.5))),
                List.of(new ModulePath("layer4.1.conv2")),
                "lowest of 2",
                List.of(new FineTuningEpoch(1, 0.5, accuracy(705))),
                1,
                List.of(new InterpolationPoint(
                        0, accuracy(700), accuracy(330), new PairedDifference(0, 0), new PairedDifference(0, 0))),
                0.3,
                "greatest gain within 0.1 points",
                new RefinementFigures(accuracy(700), accuracy(330), null, null),
                new RefinementFigures(accuracy(715), accuracy(332), null, null),
                new RefinementChange(new PairedDifference(1.5, 0.8), new PairedDifference(0.2, 0.3), null, null),
                "cpu",
                60,
                List.of(),
                List.of());
    }

    private static JobSnapshot job(
            DemoRecipe demo,
            int protectedImages,
            Accuracy clean,
            Accuracy robust,
            List<String> suspicions,
            RiftReport rift,
            int seconds) {
        Recipe recipe = FaultlineJson.readRecipe(demo.on(new SyntheticDatasetRecipe(null, null, null)));
        DatasetReport dataset = new DatasetReport(
                artifact(ArtifactKind.DATASET_CLEAN, 2 << 20),
                List.of("cat", "dog"),
                5000,
                1000,
                protectedImages,
                protectedImages == 0 ? null : "k-1",
                false,
                protectedImages == 0 ? 0 : 0.0125);
        TrainingReport training = new TrainingReport(
                artifact(ArtifactKind.CHECKPOINT_TRAINED, 1 << 19),
                List.of(new EpochReport(1, 0.1, 2.0, accuracy(100), accuracy(100), 5.2)),
                accuracy(1),
                clean,
                robust,
                suspicions);
        JobId id = new JobId(new UUID(0, demo.ordinal()));
        return new JobSnapshot(
                id,
                demo.label(),
                JobState.COMPLETED,
                !suspicions.isEmpty(),
                StageName.of(recipe),
                null,
                START,
                START.plusSeconds(seconds),
                recipe,
                null,
                new JobCompleted(id, recipe, dataset, training, rift),
                null);
    }

    private static ArtifactRef artifact(ArtifactKind kind, long size) {
        return new ArtifactRef(kind, new ArtifactId("b".repeat(64)), size);
    }
}
