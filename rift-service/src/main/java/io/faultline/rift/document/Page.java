package io.faultline.rift.document;

import io.faultline.artifact.ArtifactRef;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.BatchNormStatistics;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Split;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.AutoAttackReport;
import io.faultline.report.ModuleCriticality;
import io.faultline.report.RiftReport;
import io.quarkus.qute.RawString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the template shows, already in words and pictures. Texts are plain: the template escapes them.
 *
 * @param facts about the job and its images
 * @param suspicions laws that figures broke
 * @param steps what was done, in order
 * @param pathPicture null without a path
 * @param bars null without a ranking
 * @param epochPicture null without epochs
 * @param corruptions null where none were measured
 * @param json the same report for programs, safe inside a script element
 */
record Page(
        String name,
        List<Fact> facts,
        String headline,
        String tone,
        List<String> suspicions,
        List<String> notes,
        List<Tile> tiles,
        List<Step> steps,
        List<Row> comparison,
        List<AttackRow> attacks,
        Corruptions corruptions,
        String split,
        RawString pathPicture,
        List<PathRow> path,
        RawString bars,
        List<RankRow> ranking,
        List<RawString> losses,
        RawString epochPicture,
        List<EpochRow> epochs,
        List<RecipeTable> recipe,
        List<File> files,
        List<Fact> seeds,
        List<Fact> versions,
        RawString json) {
    /** A name and what it stands for. */
    record Fact(String name, String value) {}

    /** One of the figures that matter most. */
    record Tile(String name, String before, String after, String change, String reading, String tone) {}

    /** A step of the refinement. */
    record Step(String name, String text) {}

    /** A figure before and after. */
    record Row(
            String name,
            String how,
            String before,
            String beforeCounts,
            String after,
            String afterCounts,
            String change,
            String reading,
            String tone,
            String images) {}

    /** What was robust after one of AutoAttack's attacks. */
    record AttackRow(String attack, String before, String after) {}

    /** Accuracy by corruption. */
    record Corruptions(RawString picture, List<Integer> severities, List<CorruptionRow> rows) {}

    /** Accuracy on one corruption. */
    record CorruptionRow(String name, String before, String after, String change, List<String> changes) {}

    /** A place on the way. */
    record PathRow(
            String alpha, String clean, String cleanChange, String robust, String robustChange, boolean chosen) {}

    /** A module of the ranking. */
    record RankRow(
            int rank, String module, String mrc, String drop, String parameters, String rounds, boolean chosen) {}

    /** An epoch of fine-tuning. */
    record EpochRow(int epoch, String loss, String clean, boolean chosen) {}

    /** An artifact. */
    record File(String name, String kind, String digest, String size) {}

    /** @param json the report for programs as it is stored; null if it is not */
    static Page of(Refinement refinement, ArtifactRef json) {
        RiftReport report = refinement.report();
        Verdict verdict = Verdict.of(report);
        List<Comparison> comparison = Comparison.of(refinement);
        Collection<ModulePath> chosen = new HashSet<>(report.modules());
        return new Page(
                Notation.plain(refinement.recipe().name()),
                facts(refinement),
                verdict.headline(),
                tone(verdict.tone()),
                Stream.of(refinement.training().suspicions(), report.suspicions())
                        .flatMap(List::stream)
                        .map(Notation::plain)
                        .distinct()
                        .toList(),
                Stream.of(refinement.training().notes(), report.notes())
                        .flatMap(List::stream)
                        .map(Notation::plain)
                        .distinct()
                        .toList(),
                comparison.stream().map(Page::tile).toList(),
                steps(refinement),
                comparison.stream().map(Page::row).toList(),
                attacks(report),
                corruptions(report),
                split(refinement.recipe().rift().chosenOn()),
                report.path().isEmpty()
                        ? null
                        : new InterpolationCurves(report.path(), report.alpha(), tolerance(refinement)).drawn(),
                path(report),
                report.ranking().isEmpty() ? null : CriticalityBars.of(report.ranking(), chosen),
                ranking(report, chosen),
                losses(report, chosen),
                report.epochs().isEmpty() ? null : EpochCurves.of(report.epochs(), report.chosenEpoch()),
                epochs(report),
                RecipeTable.of(refinement.recipe()),
                files(refinement, json),
                refinement.seeds().entrySet().stream()
                        .map(seed -> new Fact(
                                seed.getKey(), Long.toString(seed.getValue().value())))
                        .toList(),
                versions(refinement),
                inScript(FaultlineJson.canonicalBytes(refinement)));
    }

    private static List<Fact> facts(Refinement refinement) {
        TrainingRecipe training = refinement.recipe().training();
        List<String> classes =
                refinement.dataset().classes().stream().map(Notation::plain).toList();
        return List.of(
                new Fact(
                        "Network",
                        training.architecture().wireName() + " of width " + training.width() + ", trained by "
                                + training.objective().wireName().toUpperCase(Locale.ROOT)),
                new Fact(
                        "Images",
                        Notation.count(refinement.dataset().trainImages()) + " to train on, "
                                + Notation.count(refinement.dataset().testImages()) + " to test"),
                new Fact(classes.size() + " classes", String.join(", ", classes)),
                new Fact("Job", refinement.jobId().toString()));
    }

    private static Tile tile(Comparison figure) {
        return new Tile(
                figure.name(),
                figure.before(),
                figure.after(),
                figure.change(),
                figure.reading().words(),
                tone(figure.reading()));
    }

    private static Row row(Comparison figure) {
        return new Row(
                figure.name(),
                figure.how(),
                figure.before(),
                figure.beforeCounts(),
                figure.after(),
                figure.afterCounts(),
                figure.change(),
                figure.reading().words(),
                tone(figure.reading()),
                figure.images());
    }

    private static List<Step> steps(Refinement refinement) {
        RiftReport report = refinement.report();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("Modules", modules(report) + " " + Notation.plain(report.moduleReason())));
        steps.add(new Step("Fine-tuning", fineTuning(refinement)));
        steps.add(new Step(
                "Interpolation",
                "α = " + Notation.decimal(report.alpha()) + ". " + Notation.plain(report.alphaReason())));
        return steps;
    }

    private static String modules(RiftReport report) {
        if (report.modules().isEmpty()) {
            return "No weight was fine-tuned; the batch norms' running statistics alone moved.";
        }
        String names = report.modules().stream().map(ModulePath::name).collect(Collectors.joining(", "));
        long parameters = report.ranking().stream()
                .filter(entry -> report.modules().contains(entry.module()))
                .mapToLong(ModuleCriticality::parameters)
                .sum();
        return names + (parameters == 0 ? "." : ": " + Notation.count(parameters) + " weights.");
    }

    private static String fineTuning(Refinement refinement) {
        FineTuningRecipe asked = refinement.recipe().rift().fineTuning();
        String statistics = asked.batchNorm() == BatchNormStatistics.FROZEN
                ? "every other tensor stayed as it was, running statistics included."
                : "no other weight changed, but the running statistics of every batch norm followed the clean images.";
        int chosen = refinement.report().chosenEpoch();
        String kept = chosen > 0
                ? " The weights after epoch " + chosen + " count, chosen by clean accuracy on the "
                        + split(refinement.recipe().rift().chosenOn()) + "."
                : "";
        return asked.epochs() + " epochs on clean images at a learning rate of "
                + Notation.decimal(asked.sgd().learningRate()) + "; " + statistics + kept;
    }

    private static List<AttackRow> attacks(RiftReport report) {
        AutoAttackReport before = report.before().autoAttack();
        AutoAttackReport after = report.after().autoAttack();
        if (before == null || after == null) {
            return List.of();
        }
        int steps = Math.min(before.afterEach().size(), after.afterEach().size());
        return Stream.concat(
                        Stream.of(new AttackRow("unattacked", share(before.clean()), share(after.clean()))),
                        IntStream.range(0, steps)
                                .mapToObj(i -> new AttackRow(
                                        "after " + before.afterEach().get(i).attack(),
                                        share(before.afterEach().get(i).robust()),
                                        share(after.afterEach().get(i).robust()))))
                .toList();
    }

    private static Corruptions corruptions(RiftReport report) {
        if (report.before().corruptions() == null || report.after().corruptions() == null) {
            return null;
        }
        var compared = new CorruptionComparison(
                report.before().corruptions(), report.after().corruptions());
        return new Corruptions(
                compared.drawn(),
                compared.severities(),
                compared.rows().stream()
                        .map(row -> new CorruptionRow(
                                row.name(),
                                Notation.percent(row.before()),
                                Notation.percent(row.after()),
                                Notation.points(row.change()),
                                row.changeTexts(compared.severities())))
                        .toList());
    }

    private static double tolerance(Refinement refinement) {
        RiftRecipe rift = refinement.recipe().rift();
        return rift.interpolation().tolerance();
    }

    private static List<PathRow> path(RiftReport report) {
        return report.path().stream()
                .map(point -> new PathRow(
                        Notation.decimal(point.alpha()),
                        share(point.clean()),
                        Notation.change(point.cleanChange()),
                        share(point.robust()),
                        Notation.change(point.robustChange()),
                        point.alpha() == report.alpha()))
                .toList();
    }

    private static List<RankRow> ranking(RiftReport report, Collection<ModulePath> chosen) {
        return IntStream.range(0, report.ranking().size())
                .mapToObj(i -> {
                    ModuleCriticality entry = report.ranking().get(i);
                    return new RankRow(
                            i + 1,
                            entry.module().name(),
                            Notation.significant(entry.mrc()),
                            Notation.points(-entry.robustAccuracyDrop()),
                            Notation.count(entry.parameters()),
                            entry.lossRounds().stream()
                                    .map(Notation::significant)
                                    .collect(Collectors.joining(" → ")),
                            chosen.contains(entry.module()));
                })
                .toList();
    }

    private static List<RawString> losses(RiftReport report, Collection<ModulePath> chosen) {
        return IntStream.range(0, report.ranking().size())
                .filter(i -> report.ranking().get(i).lossRounds().size() > 1)
                .mapToObj(i -> {
                    ModuleCriticality entry = report.ranking().get(i);
                    return LossCurve.of(entry, i + 1, chosen.contains(entry.module()));
                })
                .toList();
    }

    private static List<EpochRow> epochs(RiftReport report) {
        return report.epochs().stream()
                .map(epoch -> new EpochRow(
                        epoch.epoch(),
                        Notation.significant(epoch.loss()),
                        share(epoch.clean()),
                        epoch.epoch() == report.chosenEpoch()))
                .toList();
    }

    private static List<File> files(Refinement refinement, ArtifactRef json) {
        RiftReport report = refinement.report();
        List<File> files = new ArrayList<>();
        add(files, "refined network", report.checkpoint());
        add(files, "trained network", refinement.training().checkpoint());
        add(files, "data set", refinement.dataset().dataset());
        add(files, "criticality of every module", report.criticality());
        add(files, "adversarial examples", report.examples());
        add(files, "this report as JSON", json);
        return files;
    }

    private static void add(List<File> files, String name, ArtifactRef artifact) {
        if (artifact != null) {
            files.add(new File(
                    name, artifact.kind().wireName(), artifact.id().toString(), Notation.bytes(artifact.size())));
        }
    }

    private static List<Fact> versions(Refinement refinement) {
        Platform platform = refinement.platform();
        return List.of(
                new Fact("Faultline", platform.faultline()),
                new Fact("Engine", platform.engine()),
                new Fact("Java", platform.java()),
                new Fact("System", platform.system()),
                new Fact(
                        "Device of the refinement",
                        String.valueOf(refinement.report().device())),
                new Fact(
                        "Device time of the refinement",
                        Notation.duration(refinement.report().deviceSeconds()) + ", of all its tasks together"));
    }

    private static String share(Accuracy accuracy) {
        return Notation.percent(accuracy) + " (" + Notation.counts(accuracy) + ")";
    }

    private static String split(Split split) {
        return switch (split) {
            case TRAINING -> "training split";
            case HELD_OUT -> "held-out split";
            case TEST -> "test split";
        };
    }

    private static String tone(Verdict.Tone tone) {
        return switch (tone) {
            case GOOD -> "good";
            case MIXED -> "mixed";
            case BAD -> "bad";
        };
    }

    private static String tone(Reading reading) {
        return switch (reading) {
            case GAIN -> "good";
            case LOSS -> "bad";
            case NOISE, UNCHANGED -> "mixed";
        };
    }

    /** No text inside can end the script element, or be taken for markup: JSON reads the escapes as the characters. */
    private static RawString inScript(byte[] json) {
        return new RawString(new String(json, StandardCharsets.UTF_8)
                .replace("&", "\\u0026")
                .replace("<", "\\u003c")
                .replace(">", "\\u003e"));
    }
}
