package io.faultline.local;

import io.faultline.artifact.ArtifactRef;
import io.faultline.event.JobCompleted;
import io.faultline.job.JobSnapshot;
import io.faultline.local.terminal.ProgressText;
import io.faultline.local.terminal.TextTable;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AutoAttackRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.ThreatModel;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.DatasetReport;
import io.faultline.report.EpochReport;
import io.faultline.report.EvaluationReport;
import io.faultline.report.ImportReport;
import io.faultline.report.ModuleCriticality;
import io.faultline.report.PairedDifference;
import io.faultline.report.RiftReport;
import io.faultline.report.TheoryReport;
import io.faultline.report.TrainingReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a completed job measured, as text. */
final class JobFigures {
    private static final double MEBIBYTE = 1 << 20;

    private JobFigures() {}

    /** All figures of one job. */
    static String of(JobSnapshot job) {
        JobCompleted result = job.result();
        List<String> parts = new ArrayList<>();
        parts.add("Job " + job.id() + " (" + job.name() + "), "
                + ProgressText.clock(Duration.between(job.submittedAt(), job.updatedAt()))
                + " from submission to result");
        if (result.dataset() != null) {
            parts.add("Data set: " + dataset(result.dataset()));
            result.dataset().findings().forEach(finding -> parts.add(finding.detail()));
            if (result.dataset().pictures() != null) {
                parts.add("Pictures, before and after: "
                        + artifact(result.dataset().pictures()));
            }
        }
        if (result.training() != null) {
            parts.add("Training: " + training(result.recipe().training(), result.training()));
            parts.add("Clean test accuracy: " + share(result.training().testClean()));
            result.training()
                    .controls()
                    .forEach(control -> parts.add("Test accuracy through "
                            + control.control().wireName().replace('-', ' ') + ": " + share(control.accuracy())));
            if (result.training().ownership() != null) {
                parts.add(
                        "Trained on this data? " + result.training().ownership().text());
            }
            if (result.training().testRobust() != null) {
                parts.add("Robust test accuracy: " + share(result.training().testRobust()) + " under "
                        + attack(result.recipe().training().evaluationAttack()));
            }
            parts.addAll(furtherMeasurements(result));
            parts.add("Checkpoint: " + artifact(result.training().checkpoint()));
            parts.addAll(result.training().notes());
        }
        if (result.rift() != null) {
            parts.add("");
            parts.add(rift(result));
            parts.add("Checkpoint: " + artifact(result.rift().checkpoint()));
        }
        if (result.theory() != null) {
            parts.add("");
            parts.add(theory(result.theory()));
        }
        parts.addAll(suspicions(result));
        return String.join("\n", parts);
    }

    static String rift(JobCompleted result) {
        RiftReport rift = result.rift();
        TextTable accuracy =
                new TextTable("on the test split", "before RiFT", "after RiFT", "change in points", "images");
        row(
                accuracy,
                "clean",
                rift.before().clean(),
                rift.after().clean(),
                rift.change().clean());
        row(
                accuracy,
                "robust",
                rift.before().robust(),
                rift.after().robust(),
                rift.change().robust());
        if (rift.before().autoAttack() != null) {
            row(
                    accuracy,
                    "AutoAttack",
                    rift.before().autoAttack().robust(),
                    rift.after().autoAttack().robust(),
                    rift.change().autoAttack());
        }
        if (rift.before().corruptions() != null) {
            accuracy.row(
                    "corrupted",
                    percent(rift.before().corruptions().meanPercent()),
                    percent(rift.after().corruptions().meanPercent()),
                    points(rift.change().corruptions()),
                    rift.before().corruptions().cells().size() + " sets");
        }
        TextTable ranking = new TextTable("module, least critical first", "MRC", "robust drop", "weights");
        for (ModuleCriticality module : rift.ranking()) {
            ranking.row(
                    module.module().name(),
                    String.format(Locale.ROOT, "%.3g", module.mrc()),
                    String.format(Locale.ROOT, "%.2f", module.robustAccuracyDrop()),
                    Long.toString(module.parameters()));
        }
        List<String> lines = new ArrayList<>();
        lines.add("Robust accuracy under " + attack(testAttack(result)));
        lines.add(accuracy.toString());
        lines.add("");
        if (!rift.ranking().isEmpty()) {
            lines.add(ranking.toString());
            lines.add("");
        }
        lines.add("Fine-tuned: " + modules(rift) + ". " + rift.moduleReason());
        lines.add(String.format(Locale.ROOT, "α: %s. ", rift.alpha()) + rift.alphaReason());
        lines.addAll(rift.notes());
        return String.join("\n", lines);
    }

    private static void row(TextTable table, String figure, Accuracy before, Accuracy after, PairedDifference change) {
        table.row(figure, percent(before), percent(after), points(change), Long.toString(before.total()));
    }

    private static String modules(RiftReport rift) {
        return rift.modules().isEmpty()
                ? "running statistics alone"
                : rift.modules().stream().map(ModulePath::name).collect(Collectors.joining(", "));
    }

    private static AttackRecipe testAttack(JobCompleted result) {
        return result.recipe()
                .training()
                .evaluationAttack()
                .withRestarts(result.recipe().rift().testRestarts());
    }

    private static List<String> furtherMeasurements(JobCompleted result) {
        TrainingReport training = result.training();
        List<String> lines = new ArrayList<>();
        if (training.imported() != null) {
            lines.add("Started from " + training.imported().layout() + verdict(training.imported()));
        }
        if (training.chosenEpoch() > 0
                && training.chosenEpoch() < training.epochs().size()) {
            lines.add("Weights of epoch " + training.chosenEpoch() + ", the best by "
                    + result.recipe().training().selection().by().wireName());
        }
        EvaluationReport evaluation = training.evaluation();
        if (evaluation == null) {
            return lines;
        }
        lines.add(String.format(
                Locale.ROOT,
                "Calibration error %.4f, negative log-likelihood %.4f",
                evaluation.classifier().calibrationError(),
                evaluation.classifier().negativeLogLikelihood()));
        if (evaluation.autoAttack() != null) {
            AutoAttackRecipe asked = result.recipe().training().evaluation().autoAttack();
            lines.add("Robust test accuracy: " + share(evaluation.autoAttack().robust()) + " under AutoAttack ("
                    + (asked.threatModel() == ThreatModel.LINF ? "L∞" : "L2") + ", ε = " + asked.epsilon() + ")");
        }
        if (evaluation.corruptions() != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "Accuracy on corrupted test images: %.2f %%, the mean of %d corruptions and severities",
                    evaluation.corruptions().meanPercent(),
                    evaluation.corruptions().cells().size()));
        }
        if (evaluation.certification() != null) {
            lines.add("Certified test accuracy by L2 radius: "
                    + evaluation.certification().certified().stream()
                            .map(at -> at.radius() + ": " + percent(at.accuracy()))
                            .collect(Collectors.joining(", ")));
        }
        return lines;
    }

    private static String verdict(ImportReport imported) {
        if (imported.verified() == null) {
            return "";
        }
        return (imported.verified() ? "; VERIFIED: " : "; UNVERIFIED: ") + imported.reason();
    }

    static String theory(TheoryReport theory) {
        TextTable table = new TextTable(
                "‖μ‖ in dimension " + theory.dimension(),
                "clean",
                "lowest exact",
                "at (a₋₁, a₁)",
                "sampling vs exact",
                "printed bound fails at");
        for (TheoryReport.NormReport norm : theory.norms()) {
            table.row(
                    Double.toString(norm.norm()),
                    String.format(Locale.ROOT, "%.2f %%", 100 * norm.cleanAccuracy()),
                    String.format(Locale.ROOT, "%.2f %%", 100 * norm.lowestAccuracy()),
                    norm.lowestAt().toString(),
                    String.format(Locale.ROOT, "%.1f s.e. at most", norm.largestDeviation()),
                    norm.printedBoundFailures() + " of " + norm.points() + " points");
        }
        return table + "\nTable: " + artifact(theory.table()) + "\nPicture: " + artifact(theory.picture());
    }

    static String dataset(DatasetReport dataset) {
        String protection = "";
        if (dataset.protectedImages() > 0) {
            protection = ", " + dataset.protectedImages() + " of them protected by "
                    + (dataset.insecureSeed() ? "a NumPy seed (insecure)" : "key " + dataset.keyId())
                    + String.format(Locale.ROOT, " (%.2f %% of values clipped)", 100 * dataset.clippedShare());
        }
        return dataset.trainImages() + " training images" + protection + ", " + dataset.testImages() + " test images, "
                + dataset.classes().size() + " classes, " + size(dataset.dataset());
    }

    static String training(TrainingRecipe recipe, TrainingReport training) {
        double seconds =
                training.epochs().stream().mapToDouble(EpochReport::seconds).sum();
        return recipe.architecture().wireName() + " of width " + recipe.width() + ", "
                + recipe.objective().wireName().toUpperCase(Locale.ROOT) + ", "
                + training.epochs().size() + " epochs of batch " + recipe.batchSize() + " in "
                + ProgressText.clock(Duration.ofSeconds(Math.round(seconds))) + ", weights "
                + size(training.checkpoint());
    }

    static List<String> suspicions(JobCompleted result) {
        return result.suspicions().stream().map(law -> "SUSPECT: " + law).toList();
    }

    static String attack(AttackRecipe attack) {
        return "PGD-" + attack.steps() + " (" + (attack.threatModel() == ThreatModel.LINF ? "L∞" : "L2") + ", ε = "
                + attack.epsilon() + ", step " + attack.stepSize()
                + (attack.restarts() > 1 ? ", worst of " + attack.restarts() + " starts" : "") + ")";
    }

    /** Such as {@code 88.3 % (883 of 1000)}. */
    static String share(Accuracy accuracy) {
        return percent(accuracy) + " (" + accuracy.correct() + " of " + accuracy.total() + ")";
    }

    static String percent(Accuracy accuracy) {
        return percent(accuracy.percent());
    }

    private static String percent(double percent) {
        return String.format(Locale.ROOT, "%.2f %%", percent);
    }

    /** The signed difference with its standard error. */
    private static String points(PairedDifference difference) {
        return String.format(Locale.ROOT, "%+.2f ± %.2f", difference.points(), difference.standardError());
    }

    /** The signed difference in percentage points. */
    static String points(Accuracy from, Accuracy to) {
        return String.format(Locale.ROOT, "%+.2f", to.percent() - from.percent());
    }

    private static String artifact(ArtifactRef artifact) {
        return artifact.id() + " (" + size(artifact) + ")";
    }

    static String size(ArtifactRef... artifacts) {
        return List.of(artifacts).stream()
                .map(artifact -> String.format(Locale.ROOT, "%.2f MiB", artifact.size() / MEBIBYTE))
                .collect(Collectors.joining(" + "));
    }
}
