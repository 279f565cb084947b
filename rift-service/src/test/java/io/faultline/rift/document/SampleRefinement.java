package io.faultline.rift.document;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.event.JobId;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.report.AutoAttackReport;
import io.faultline.report.CorruptionReport;
import io.faultline.report.DatasetReport;
import io.faultline.report.FineTuningEpoch;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.ModuleCriticality;
import io.faultline.report.PairedDifference;
import io.faultline.report.RefinementChange;
import io.faultline.report.RefinementFigures;
import io.faultline.report.RiftReport;
import io.faultline.report.TrainingReport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Refinements made up for tests, of the shape that a ResNet-18 on CIFAR-10 gives. */
final class SampleRefinement {
    static final ModulePath REFINED = new ModulePath("layer2.1.conv2");

    private static final List<String> MODULES = List.of(
            "layer2.1.conv2",
            "layer1.1.conv2",
            "layer1.0.conv2",
            "layer2.0.shortcut.0",
            "layer3.1.conv2",
            "layer2.1.conv1",
            "layer1.1.conv1",
            "layer1.0.conv1",
            "layer2.0.conv2",
            "layer3.0.shortcut.0",
            "layer2.0.conv1",
            "conv1",
            "layer3.1.conv1",
            "layer4.0.shortcut.0",
            "layer3.0.conv2",
            "layer3.0.conv1",
            "linear",
            "layer4.1.conv2",
            "layer4.0.conv1",
            "layer4.0.conv2",
            "layer4.1.conv1");
    private static final double[] ALPHAS = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9, 1};
    private static final int HELD_OUT = 5_000;
    private static final int TEST = 10_000;

    private SampleRefinement() {}

    /** Everything measured, a gain in clean accuracy beyond noise. */
    static Refinement inFull() {
        return of("ResNet-18 on CIFAR-10", recipe("ResNet-18 on CIFAR-10", ""), report());
    }

    static Refinement of(String name, Recipe recipe, RiftReport report) {
        return new Refinement(
                JobId.parse("6e1f9a52-54c0-4f0c-9d58-0f6c2d2f3a11"),
                recipe,
                dataset(List.of(
                        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")),
                training(),
                report,
                Map.of("job", Seed.of(1), "rift", Seed.of(-4_611_686_018_427L)),
                new Platform(
                        "0.1.0", "DJL 0.35.1, PyTorch 2.7.1", "17.0.16+8 (Eclipse Adoptium)", "Linux 6.8.0, amd64"));
    }

    /** @param rift more fields of the recipe's rift, each ending with a comma */
    static Recipe recipe(String name, String rift) {
        byte[] json = """
                {"name": %s,
                 "dataset": {"source": "synthetic"},
                 "training": {"objective": "at"},
                 "rift": {%s
                   "evaluation": {"autoAttack": {}, "corruptions": {}}},
                 "seed": 1}""".formatted(quoted(name), rift).getBytes(StandardCharsets.UTF_8);
        return FaultlineJson.readRecipe(json);
    }

    static DatasetReport dataset(List<String> classes) {
        return new DatasetReport(
                artifact(ArtifactKind.DATASET_CLEAN, "d1", 184_000_000), classes, 50_000, TEST, 0, null, false, 0);
    }

    static TrainingReport training() {
        return new TrainingReport(
                artifact(ArtifactKind.CHECKPOINT_TRAINED, "a2", 44_770_000),
                List.of(),
                new Accuracy(4_090, HELD_OUT),
                new Accuracy(8_146, TEST),
                new Accuracy(5_363, TEST),
                List.of());
    }

    static RiftReport report() {
        return report(
                ranking(),
                List.of(REFINED),
                path(),
                0.65,
                figures(8_146, 5_363, 4_902, 0),
                figures(8_344, 5_351, 4_890, 6));
    }

    static RiftReport report(
            List<ModuleCriticality> ranking,
            List<ModulePath> modules,
            List<InterpolationPoint> path,
            double alpha,
            RefinementFigures before,
            RefinementFigures after) {
        boolean more = before.autoAttack() != null;
        return new RiftReport(
                artifact(ArtifactKind.CHECKPOINT_REFINED, "c3", 44_770_000),
                ranking.isEmpty() ? null : artifact(ArtifactKind.CRITICALITY, "e4", 9_120),
                ranking.isEmpty() ? null : artifact(ArtifactKind.ADVERSARIAL_EXAMPLES, "f5", 15_400_000),
                null,
                null,
                ranking,
                modules,
                "layer2.1.conv2 has the lowest robust criticality of 21 modules: moving its weights by at most 10 % of their"
                        + " norm raises the mean loss on 5000 fixed adversarial examples by 0.09 at most.",
                epochs(),
                7,
                path,
                alpha,
                "Of 9 α within 0.1 points of the robust accuracy at α = 0, α = 0.65 has the greatest clean accuracy on the"
                        + " held-out split: clean 81.80 % → 83.72 %, robust 53.60 % → 53.54 %.",
                before,
                after,
                new RefinementChange(
                        new PairedDifference(1.98, 0.21),
                        new PairedDifference(-0.12, 0.13),
                        more ? new PairedDifference(-0.12, 0.12) : null,
                        more
                                ? new PairedDifference(
                                        after.corruptions().meanPercent()
                                                - before.corruptions().meanPercent(),
                                        0.14)
                                : null),
                "gpu0 (NVIDIA H200)",
                3_725.4,
                List.of(),
                List.of());
    }

    static List<ModuleCriticality> ranking() {
        List<ModuleCriticality> ranking = new ArrayList<>();
        for (int i = 0; i < MODULES.size(); i++) {
            // from 0.09 to 12.94, the ends that the RiFT paper prints
            double mrc = 0.09 * Math.pow(12.94 / 0.09, i / (MODULES.size() - 1.0));
            List<Double> losses = IntStream.rangeClosed(0, 10)
                    .mapToObj(round -> 1.21 + mrc * (1 - Math.exp(-0.45 * round)) / (1 - Math.exp(-4.5)))
                    .toList();
            ranking.add(new ModuleCriticality(
                    new ModulePath(MODULES.get(i)), 36_864L * (i + 1), mrc, 2.86 + 2.5 * i, losses));
        }
        return ranking;
    }

    static List<InterpolationPoint> path() {
        List<InterpolationPoint> path = new ArrayList<>();
        for (double alpha : ALPHAS) {
            long clean = Math.round(4_090 + 150 * alpha - 55 * alpha * alpha);
            long robust = Math.round(2_680 + 14 * alpha - 30 * alpha * alpha - 20 * Math.pow(alpha, 6));
            path.add(point(alpha, clean, clean - 4_090, robust, robust - 2_680, HELD_OUT));
        }
        return path;
    }

    /** A place whose differences have errors of 40 images, but for α = 0. */
    static InterpolationPoint point(
            double alpha, long clean, long cleanGain, long robust, long robustGain, long images) {
        double error = alpha == 0 ? 0 : 100 * Math.sqrt(40 * alpha) / images;
        return new InterpolationPoint(
                alpha,
                new Accuracy(clean, images),
                new Accuracy(robust, images),
                new PairedDifference(100.0 * cleanGain / images, 1.5 * error),
                new PairedDifference(100.0 * robustGain / images, error));
    }

    static RefinementFigures figures(long clean, long robust, long autoAttack, int moreOnEach) {
        List<CorruptionReport.Cell> cells = new ArrayList<>();
        for (CorruptionName corruption : CorruptionName.standard()) {
            for (int severity = 1; severity <= 5; severity++) {
                long right = 7_900 - 260L * severity - 90L * corruption.ordinal();
                cells.add(new CorruptionReport.Cell(
                        corruption,
                        severity,
                        new Accuracy(right + moreOnEach * (58L + 4L * severity - 6L * corruption.ordinal()), TEST)));
            }
        }
        double mean = cells.stream()
                .mapToDouble(cell -> cell.accuracy().percent())
                .average()
                .orElseThrow();
        return new RefinementFigures(
                new Accuracy(clean, TEST),
                new Accuracy(robust, TEST),
                new AutoAttackReport(
                        new Accuracy(clean, TEST),
                        List.of(
                                new AutoAttackReport.Step("apgd-ce", new Accuracy(autoAttack + 210, TEST)),
                                new AutoAttackReport.Step("apgd-t", new Accuracy(autoAttack + 12, TEST)),
                                new AutoAttackReport.Step("fab-t", new Accuracy(autoAttack + 4, TEST)),
                                new AutoAttackReport.Step("square", new Accuracy(autoAttack, TEST))),
                        new Accuracy(autoAttack, TEST)),
                new CorruptionReport(cells, mean));
    }

    /** Clean and robust accuracy alone. */
    static RefinementFigures figures(long clean, long robust) {
        return new RefinementFigures(new Accuracy(clean, TEST), new Accuracy(robust, TEST), null, null);
    }

    static ArtifactRef artifact(ArtifactKind kind, String digits, long size) {
        return new ArtifactRef(kind, new ArtifactId(digits.repeat(32)), size);
    }

    private static List<FineTuningEpoch> epochs() {
        return IntStream.rangeClosed(1, 10)
                .mapToObj(epoch -> new FineTuningEpoch(
                        epoch,
                        0.52 * Math.exp(-0.09 * epoch) + 0.18,
                        new Accuracy(4_180 + Math.round(15 * Math.sin(epoch / 4.2)), HELD_OUT)))
                .toList();
    }

    private static String quoted(String text) {
        return new String(FaultlineJson.canonicalBytes(text), StandardCharsets.UTF_8);
    }
}
