package io.faultline.json;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.event.DatasetReady;
import io.faultline.event.DatasetShard;
import io.faultline.event.FailureCode;
import io.faultline.event.JobCancelled;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.JobSubmitted;
import io.faultline.event.ModelReady;
import io.faultline.event.ModuleTask;
import io.faultline.event.StageName;
import io.faultline.event.TheorySubmitted;
import io.faultline.job.JobPage;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.job.Presets;
import io.faultline.job.UploadedCorruptionSet;
import io.faultline.job.UploadedDataset;
import io.faultline.recipe.AdamWRecipe;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.AutoAttackRecipe;
import io.faultline.recipe.BatchNormStatistics;
import io.faultline.recipe.CertificationRecipe;
import io.faultline.recipe.ControlSet;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.CorruptionRecipe;
import io.faultline.recipe.CriticalityProcedure;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.CropBorder;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.DeconvolutionRecipe;
import io.faultline.recipe.DevicePreference;
import io.faultline.recipe.EvaluationRecipe;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.GaussianMixtureRecipe;
import io.faultline.recipe.InterpolationRecipe;
import io.faultline.recipe.LossRecipe;
import io.faultline.recipe.MixtureDirection;
import io.faultline.recipe.ModuleChoiceRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.ModuleRule;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Objective;
import io.faultline.recipe.PoisonPreset;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.ScheduleRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SelectionRecipe;
import io.faultline.recipe.SelectionRecipe.Criterion;
import io.faultline.recipe.SgdRecipe;
import io.faultline.recipe.Split;
import io.faultline.recipe.StartRecipe;
import io.faultline.recipe.StartRecipe.Stated;
import io.faultline.recipe.StartRecipe.Tuned;
import io.faultline.recipe.SubsetRecipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.ThreatModel;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.recipe.TransformForm;
import io.faultline.recipe.UploadedDatasetRecipe;
import io.faultline.recipe.WeightPerturbationRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.AutoAttackReport;
import io.faultline.report.CertificationReport;
import io.faultline.report.ClassifierReport;
import io.faultline.report.ControlAccuracy;
import io.faultline.report.CorruptionReport;
import io.faultline.report.DatasetReport;
import io.faultline.report.EpochReport;
import io.faultline.report.EvaluationReport;
import io.faultline.report.FineTuningEpoch;
import io.faultline.report.ImportReport;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.ModuleCriticality;
import io.faultline.report.OwnershipReport;
import io.faultline.report.PairedDifference;
import io.faultline.report.RefinementChange;
import io.faultline.report.RefinementFigures;
import io.faultline.report.RiftReport;
import io.faultline.report.TheoryReport;
import io.faultline.report.TrainingReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One value of everything that goes over the wire, by its golden file; no field is left at what a default would give. */
final class WireSamples {
    private static final JobId JOB = JobId.parse("0b8f5cc6-9a4e-4f4c-8f3e-1d2c3b4a5f60");
    private static final Instant SUBMITTED = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant UPDATED = Instant.parse("2026-01-02T03:05:00Z");

    private static final AttackRecipe ATTACK =
            new AttackRecipe(ThreatModel.L2, Ratio.of(128, 255), Ratio.of(15, 255), 7, 2, false);

    private static final Recipe WHOLE = new Recipe(
            "whole road",
            new UploadedDatasetRecipe(id('a'), new SubsetRecipe(200, 50, Seed.of(11)), List.of("dog", "cat"), null),
            new CudaRecipe(5, 0.25, 0.5, 4294967295L),
            new TrainingRecipe(
                    Architecture.RESNET34,
                    16,
                    null,
                    new StartRecipe(id('c'), "net", Tuned.LAST, false, new Stated(90.0, 50.0, 0.25)),
                    Objective.TRADES,
                    new LossRecipe(4.0, 0.0, 1e-4, new WeightPerturbationRecipe(0.01, 2), null),
                    ATTACK,
                    12,
                    64,
                    2,
                    new SgdRecipe(0.05, 0.8, 1e-4, 5.0, true),
                    null,
                    new ScheduleRecipe.Step(List.of(6, 9), 0.2),
                    0.995,
                    new AugmentationRecipe(
                            2,
                            CropBorder.REFLECT,
                            false,
                            true,
                            new AugmentationRecipe.Cutout(8),
                            null,
                            new AugmentationRecipe.Cutmix(0.5, 0.25),
                            true,
                            new AugmentationRecipe.Noise(0.5),
                            new AugmentationRecipe.Blur(5, 0.1),
                            new AugmentationRecipe.Sharpening(2.0, 0.05, TransformForm.SCRIPT),
                            new AugmentationRecipe.Frequencies(40),
                            new AugmentationRecipe.Warping(1.5, TransformForm.SCRIPT)),
                    Normalization.NONE,
                    0.2,
                    new SelectionRecipe(Criterion.HELD_OUT_ROBUST, 2, 3),
                    AttackRecipe.PGD_10,
                    new EvaluationRecipe(
                            new AutoAttackRecipe(ThreatModel.L2, Ratio.of(64, 255), 100, 20, 200),
                            new CorruptionRecipe(List.of(CorruptionName.FOG), List.of(1, 3), 50, null),
                            new CertificationRecipe(0.5, 10, 50, 0.01, List.of(0.0, 0.5), 20)),
                    DevicePreference.GPU),
            new RiftRecipe(
                    new CriticalityRecipe(CriticalityProcedure.PRINTED, 0.2, 5, 0.5, 32, Split.TRAINING, 256, ATTACK),
                    new ModuleChoiceRecipe(ModuleRule.HIGHEST, 2, true, null),
                    new FineTuningRecipe(3, 32, new SgdRecipe(0.01, 0.7, 0.0, null), BatchNormStatistics.MOVING),
                    new InterpolationRecipe(List.of(0.0, 0.5, 1.0), 1, 0.3, 0.5),
                    Split.TEST,
                    2,
                    new EvaluationRecipe(
                            new AutoAttackRecipe(null, null, 20, 100, 40),
                            new CorruptionRecipe(List.of(CorruptionName.FOG), List.of(2), 30, null),
                            null)),
            Seed.of(-7));

    private static final Recipe SHORT = new Recipe(
            "clean",
            new SyntheticDatasetRecipe(20, 10, Seed.of(3)),
            null,
            new TrainingRecipe(null, 8, null, null, null, 2, null, null, new ScheduleRecipe.Cosine(), null, null, null),
            null,
            null);

    private static final Recipe OTHER_REGIME = new Recipe(
            "other regime",
            new SyntheticDatasetRecipe(20, 10, Seed.of(3)),
            null,
            new TrainingRecipe(
                    null,
                    8,
                    null,
                    null,
                    Objective.DECONVOLUTION,
                    new LossRecipe(null, 0.1, null, null, new DeconvolutionRecipe(3, 5, 0.2, 4.0, true)),
                    null,
                    2,
                    null,
                    null,
                    null,
                    new AdamWRecipe(0.002, 0.8, 0.99, 1e-7, 0.05, 1.0),
                    new ScheduleRecipe.OneCycle(0.4, 20.0, 1e3),
                    null,
                    new AugmentationRecipe(
                            null,
                            null,
                            null,
                            null,
                            null,
                            new AugmentationRecipe.Mixup(0.75),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null),
                    null,
                    null,
                    null,
                    null,
                    null,
                    DevicePreference.CPU),
            null,
            null);
    private static final Recipe FIRST_CLASSES =
            new Recipe("first", new UploadedDatasetRecipe(id('b'), null, null, 100), null, null, null, null);

    private static final Recipe PUBLISHED_CORRUPTIONS = new Recipe(
            "published corruptions",
            new UploadedDatasetRecipe(id('b'), null),
            null,
            new TrainingRecipe(
                    null,
                    8,
                    null,
                    null,
                    null,
                    null,
                    null,
                    2,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    new EvaluationRecipe(
                            null, new CorruptionRecipe(List.of(CorruptionName.SNOW), List.of(5), 10, id('f')), null),
                    null),
            new RiftRecipe(
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    new EvaluationRecipe(
                            null, new CorruptionRecipe(List.of(CorruptionName.FOG), List.of(1), null, id('e')), null)),
            null);

    private static final Recipe THEORY = new Recipe(
            "theory",
            null,
            null,
            null,
            null,
            Seed.of(4),
            new GaussianMixtureRecipe(100, null, MixtureDirection.RANDOM, null, null, null));

    private static final DatasetReport DATASET = new DatasetReport(
            ref(ArtifactKind.DATASET_CUDA, 'b', 123_456), List.of("cat", "dog"), 400, 100, 200, null, true, 0.015625);

    private static final DatasetReport KEYED = new DatasetReport(
            ref(ArtifactKind.DATASET_CUDA, 'c', 99), List.of("cat", "dog"), 400, 100, 400, "key-1f2e", false, 0);

    private static final TrainingReport TRAINING = new TrainingReport(
            ref(ArtifactKind.CHECKPOINT_TRAINED, 'd', 777),
            List.of(new EpochReport(
                    1, 0.05, 2.25, new Accuracy(90, 320), new Accuracy(20, 80), new Accuracy(10, 80), 1.5)),
            new Accuracy(20, 80),
            new Accuracy(30, 100),
            new Accuracy(10, 100),
            List.of(new ControlAccuracy(ControlSet.OWN_FILTERS, new Accuracy(99, 100))),
            new OwnershipReport("TRAINED_ON_DATA", 0.0625, 0.125, 0.05, "trained on it"),
            new EvaluationReport(
                    new ClassifierReport(
                            List.of(new Accuracy(20, 50), new Accuracy(10, 50)),
                            List.of(List.of(20L, 30L), List.of(40L, 10L)),
                            0.25,
                            1.5,
                            0.75),
                    new AutoAttackReport(
                            new Accuracy(30, 100),
                            List.of(new AutoAttackReport.Step("apgd-ce", new Accuracy(12, 100))),
                            new Accuracy(9, 100)),
                    new CorruptionReport(
                            List.of(new CorruptionReport.Cell(CorruptionName.FOG, 3, new Accuracy(25, 100))), 25),
                    new CertificationReport(
                            new Accuracy(10, 20),
                            2,
                            List.of(new CertificationReport.AtRadius(0.5, new Accuracy(5, 20))))),
            1,
            new ImportReport("zip, under 'net'", new Accuracy(29, 100), new Accuracy(11, 100), false, "stated 90 %"),
            "cpu",
            List.of("chosen on the test split"),
            List.of("robust accuracy exceeds clean accuracy"));

    private static final ModulePath MODULE = new ModulePath("layer2.1.conv2");

    private static final RiftReport RIFT = new RiftReport(
            ref(ArtifactKind.CHECKPOINT_REFINED, 'e', 778),
            ref(ArtifactKind.CRITICALITY, 'f', 55),
            ref(ArtifactKind.ADVERSARIAL_EXAMPLES, 'b', 56),
            ref(ArtifactKind.REPORT, 'c', 57),
            ref(ArtifactKind.REPORT, 'd', 58),
            List.of(new ModuleCriticality(MODULE, 9216, 0.0625, 1.25, List.of(1.0, 1.03125, 1.0625))),
            List.of(MODULE),
            "lowest of 21 modules",
            List.of(new FineTuningEpoch(1, 0.75, new Accuracy(32, 80))),
            1,
            List.of(
                    new InterpolationPoint(
                            0,
                            new Accuracy(30, 80),
                            new Accuracy(12, 80),
                            new PairedDifference(0, 0),
                            new PairedDifference(0, 0)),
                    new InterpolationPoint(
                            0.5,
                            new Accuracy(32, 80),
                            new Accuracy(12, 80),
                            new PairedDifference(2.5, 1.75),
                            new PairedDifference(0, 0.25))),
            0.5,
            "greatest gain within the tolerance",
            new RefinementFigures(new Accuracy(40, 100), new Accuracy(20, 100), null, null),
            new RefinementFigures(
                    new Accuracy(44, 100),
                    new Accuracy(20, 100),
                    new AutoAttackReport(
                            new Accuracy(44, 100),
                            List.of(new AutoAttackReport.Step("apgd-ce", new Accuracy(19, 100))),
                            new Accuracy(18, 100)),
                    new CorruptionReport(
                            List.of(new CorruptionReport.Cell(CorruptionName.FOG, 2, new Accuracy(20, 50))), 40)),
            new RefinementChange(new PairedDifference(4, 2), new PairedDifference(0, 0.5), null, null),
            "cpu",
            12.5,
            List.of("epoch and α were chosen on the test split"),
            List.of());

    private static final JobProgressed PROGRESS = new JobProgressed(
            JOB,
            StageName.TRAINING,
            UPDATED,
            "epoch 3 of 12",
            160,
            320,
            "images",
            64.5,
            2.5,
            Map.of("loss", 1.5, "accuracy", 37.5));

    private static final JobCompleted COMPLETED = new JobCompleted(JOB, WHOLE, DATASET, TRAINING, RIFT);
    private static final JobFailed FAILED =
            new JobFailed(JOB, StageName.RIFT, FailureCode.EXHAUSTED, "disk is full; make room, then submit again");

    private WireSamples() {}

    static Map<String, Object> byFile() {
        Map<String, Object> samples = new HashMap<>();
        samples.put("job-submitted.json", new JobSubmitted(JOB, WHOLE));
        samples.put("job-submitted-short.json", new JobSubmitted(JOB, SHORT));
        samples.put("job-submitted-other-regime.json", new JobSubmitted(JOB, OTHER_REGIME));
        samples.put("job-submitted-first-classes.json", new JobSubmitted(JOB, FIRST_CLASSES));
        samples.put("job-submitted-published-corruptions.json", new JobSubmitted(JOB, PUBLISHED_CORRUPTIONS));
        samples.put(
                "uploaded-corruption-set.json",
                new UploadedCorruptionSet(
                        ref(ArtifactKind.CORRUPTIONS_SOURCE, 'f', 7_000),
                        "FOLDERS",
                        List.of(new UploadedCorruptionSet.Corruption(
                                "fog", List.of(new UploadedCorruptionSet.Severity(5, 100)))),
                        2,
                        List.of("n01", "n02"),
                        64,
                        null));
        samples.put(
                "dataset-shards.json",
                new DatasetShard(JOB, SHORT, DATASET.dataset().id(), 4096, 2, 7));
        samples.put(
                "module-tasks.json",
                new ModuleTask(
                        JOB, WHOLE, DATASET, TRAINING, ref(ArtifactKind.ADVERSARIAL_EXAMPLES, 'b', 56), MODULE, 3, 21));
        samples.put("theory-submitted.json", new TheorySubmitted(JOB, THEORY));
        samples.put(
                "job-results-theory.json",
                new JobCompleted(
                        JOB,
                        THEORY,
                        null,
                        null,
                        null,
                        new TheoryReport(
                                ref(ArtifactKind.REPORT, 'd', 10),
                                ref(ArtifactKind.REPORT, 'e', 11),
                                10,
                                List.of(new TheoryReport.NormReport(
                                        1, 0.84375, 0.5, List.of(0.0, 0.48), 3.5, 625, 179)),
                                List.of())));
        samples.put("dataset-ready.json", new DatasetReady(JOB, WHOLE, DATASET));
        samples.put("dataset-ready-keyed.json", new DatasetReady(JOB, SHORT, KEYED));
        samples.put("model-ready.json", new ModelReady(JOB, WHOLE, DATASET, TRAINING));
        samples.put("job-progress.json", PROGRESS);
        samples.put("job-results.json", COMPLETED);
        samples.put("job-failed.json", FAILED);
        samples.put("job-cancelled.json", new JobCancelled(JOB));
        samples.put(
                "job-running.json",
                new JobSnapshot(
                        JOB,
                        "clean",
                        JobState.RUNNING,
                        false,
                        StageName.of(SHORT),
                        StageName.TRAINING,
                        SUBMITTED,
                        UPDATED,
                        SHORT,
                        PROGRESS,
                        null,
                        null));
        samples.put(
                "job-page.json",
                new JobPage(
                        List.of(new JobSnapshot(
                                JOB,
                                "clean",
                                JobState.FAILED,
                                true,
                                StageName.of(SHORT),
                                null,
                                SUBMITTED,
                                UPDATED,
                                SHORT,
                                null,
                                null,
                                FAILED)),
                        "0b8f5cc6"));
        samples.put(
                "uploaded-dataset.json",
                new UploadedDataset(
                        ref(ArtifactKind.DATASET_SOURCE, 'a', 5_000),
                        "IMAGE_FOLDER",
                        List.of(
                                new UploadedDataset.ClassCount("cat", 200, 50),
                                new UploadedDataset.ClassCount("dog", 199, 50)),
                        32,
                        null));
        samples.put("presets.json", new Presets(PoisonPreset.all()));
        return samples;
    }

    private static ArtifactRef ref(ArtifactKind kind, char digit, long size) {
        return new ArtifactRef(kind, id(digit), size);
    }

    private static ArtifactId id(char digit) {
        return new ArtifactId(String.valueOf(digit).repeat(64));
    }
}
