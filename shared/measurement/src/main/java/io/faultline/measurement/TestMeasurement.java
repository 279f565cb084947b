package io.faultline.measurement;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.AutoAttackRecipe;
import io.faultline.recipe.CertificationRecipe;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.CorruptionRecipe;
import io.faultline.recipe.EvaluationRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.AutoAttackReport;
import io.faultline.report.CertificationReport;
import io.faultline.report.ClassifierReport;
import io.faultline.report.CorruptionReport;
import io.faultline.report.EvaluationReport;
import io.faultline.vision.attack.AttackFate;
import io.faultline.vision.attack.AutoAttack;
import io.faultline.vision.attack.PerturbationBall;
import io.faultline.vision.batch.ExampleSelection;
import io.faultline.vision.corruption.Corruption;
import io.faultline.vision.corruption.CorruptionLevel;
import io.faultline.vision.corruption.CorruptionScale;
import io.faultline.vision.evaluation.AutoAttackAccuracy;
import io.faultline.vision.evaluation.AutoAttackEvaluation;
import io.faultline.vision.evaluation.Certificate;
import io.faultline.vision.evaluation.CertifiedAccuracy;
import io.faultline.vision.evaluation.ClassifierMetrics;
import io.faultline.vision.evaluation.CorruptionAccuracy;
import io.faultline.vision.evaluation.CorruptionRobustness;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.evaluation.LawCheck;
import io.faultline.vision.evaluation.RandomizedSmoothing;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.evaluation.ShardResult;
import io.faultline.vision.network.Classifier;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageJournal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures a network on the test split, which nothing was chosen by. What is long is measured in pieces, each of which is kept, so
 * that whoever goes on with an interrupted measurement makes none twice.
 */
public final class TestMeasurement {
    private static final int AUTO_ATTACK_TARGETS = 9;
    private static final int SHARD = 64;
    private static final int CERTIFICATES_AT_ONCE = 16;

    private final Classifier classifier;
    private final String name;
    /** The name as files may have it. */
    private final String key;

    private final TestPlan plan;
    private final StageContext context;
    private final NDManager manager;
    private final StageJournal journal;

    /**
     * @param classifier with its weights as they will stay
     * @param name tells this network's pieces and progress from those of another that the same stage measures
     */
    public TestMeasurement(Classifier classifier, String name, TestPlan plan, StageContext context, NDManager manager) {
        this.classifier = images -> {
            context.throwIfStopped();
            return classifier.logits(images);
        };
        this.name = name;
        key = name.replaceAll("[^A-Za-z0-9]+", "-");
        this.plan = plan;
        this.context = context;
        this.manager = manager;
        journal = new StageJournal(context.checkpoints());
    }

    /**
     * Looks at what will be measured on at the end, before anything long begins.
     *
     * @throws io.faultline.worker.WorkRejectedException if a published corruption set does not have what the plan asks for or does
     *     not fit the test split
     */
    public static void refuseUnlessPossible(TestPlan plan, StageContext context) {
        CorruptionRecipe asked = plan.evaluation().corruptions();
        if (asked != null && asked.published() != null) {
            PublishedCorruptions.open(asked, plan, context.artifacts()).close();
        }
    }

    /**
     * What was measured.
     *
     * @param robust under the plan's attack; null where it was not asked for
     * @param notes what a reader must know of them
     * @param suspicions laws that a figure broke
     * @param byImage the same, image by image
     */
    public record Figures(
            Accuracy clean,
            Accuracy robust,
            EvaluationReport evaluation,
            List<String> notes,
            List<String> suspicions,
            ByImage byImage) {}

    /**
     * The figures with the images that were labelled right.
     *
     * @param attacked clean and under the plan's attack; null where it was not asked for
     * @param autoAttack null where it was not asked for
     * @param corruptions empty where they were not asked for
     */
    public record ByImage(RobustAccuracy attacked, RobustAccuracy autoAttack, List<CorruptionAccuracy> corruptions) {}

    /** Clean accuracy, and robust accuracy where it is asked for. */
    public record Accuracies(Accuracy clean, Accuracy robust, List<String> suspicions) {}

    /** The two accuracies alone, of a network that is going to be trained. */
    public Accuracies accuracies() {
        return journal.once(key, Accuracies.class, () -> {
            if (plan.attack() == null) {
                return new Accuracies(metrics().accuracy(), null, List.of());
            }
            RobustAccuracy robust = robust();
            return new Accuracies(robust.clean(), robust.robust(), LawCheck.of(robust));
        });
    }

    public Figures measure() {
        List<String> notes = new ArrayList<>();
        List<String> suspicions = new ArrayList<>();
        ClassifierMetrics metrics = journal.once(key + "-metrics", ClassifierMetrics.class, this::metrics);
        RobustAccuracy robust =
                plan.attack() == null ? null : journal.once(key + "-robust", RobustAccuracy.class, this::robust);
        if (robust != null) {
            suspicions.addAll(LawCheck.of(robust));
        }
        EvaluationRecipe asked = plan.evaluation();
        AutoAttackAccuracy autoAttack =
                asked.autoAttack() == null ? null : autoAttack(asked.autoAttack(), robust, notes, suspicions);
        List<CorruptionAccuracy> corruptions =
                asked.corruptions() == null ? List.of() : corruptions(asked.corruptions(), notes);
        EvaluationReport report = new EvaluationReport(
                report(metrics),
                autoAttack == null ? null : report(autoAttack),
                corruptions.isEmpty() ? null : report(corruptions),
                asked.certification() == null ? null : certification(asked.certification()));
        return new Figures(
                metrics.accuracy(),
                robust == null ? null : robust.robust(),
                report,
                notes,
                suspicions,
                new ByImage(robust, autoAttack == null ? null : autoAttack.figures(), corruptions));
    }

    private ClassifierMetrics metrics() {
        return ClassifierMetrics.measure(
                classifier,
                plan.images(),
                ClassifierMetrics.USUAL_BINS,
                manager,
                counting("measuring, " + name, plan.images().size()));
    }

    private RobustAccuracy robust() {
        return RobustAccuracy.measure(
                classifier,
                plan.attack(),
                plan.images(),
                plan.seed(),
                manager,
                counting("attacking, " + name, plan.images().size()));
    }

    private static ClassifierReport report(ClassifierMetrics metrics) {
        return new ClassifierReport(
                metrics.perClass(),
                metrics.confusion(),
                metrics.expectedCalibrationError(),
                metrics.negativeLogLikelihood(),
                metrics.brierScore());
    }

    private AutoAttackAccuracy autoAttack(
            AutoAttackRecipe asked, RobustAccuracy byPgd, List<String> notes, List<String> suspicions) {
        LabeledImages images = atMost("evaluation.autoAttack.images", asked.images());
        AutoAttackEvaluation evaluation = new AutoAttackEvaluation(
                new AutoAttack(
                        PerturbationBall.of(asked.threatModel(), asked.epsilon()),
                        asked.iterations(),
                        AUTO_ATTACK_TARGETS,
                        asked.iterations(),
                        asked.queries()),
                plan.seed().derive("autoattack"),
                SHARD);
        ProgressPhase phase = context.beginPhase("AutoAttack, " + name, images.size(), "images");
        List<ShardResult> shards = new ArrayList<>();
        for (int shard = 0; shard < evaluation.shards(images.size()); shard++) {
            int number = shard;
            ShardResult result = journal.once(
                    key + "-autoattack-" + shard,
                    ShardResult.class,
                    () -> evaluation.shard(number, classifier, images, manager));
            shards.add(result);
            phase.advance(result.fates().size());
        }
        AutoAttackAccuracy accuracy = evaluation.merge(shards, images.size());
        notes.addAll(accuracy.notes());
        LawCheck.of(accuracy.figures()).forEach(law -> suspicions.add("AutoAttack: " + law));
        boolean comparable = byPgd != null
                && images == plan.images()
                && asked.threatModel() == plan.attack().threatModel()
                && asked.epsilon().value() == plan.attack().epsilon().value();
        if (comparable) {
            suspicions.addAll(LawCheck.ofStrength("PGD", byPgd, "AutoAttack", accuracy.figures()));
        }
        return accuracy;
    }

    private static AutoAttackReport report(AutoAttackAccuracy accuracy) {
        return new AutoAttackReport(
                accuracy.figures().clean(),
                Arrays.stream(AttackFate.values())
                        .filter(fate -> fate != AttackFate.MISCLASSIFIED && fate != AttackFate.ROBUST)
                        .map(fate -> new AutoAttackReport.Step(
                                fate.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                accuracy.robustAfter().get(fate)))
                        .toList(),
                accuracy.figures().robust());
    }

    private List<CorruptionAccuracy> corruptions(CorruptionRecipe asked, List<String> notes) {
        if (asked.published() == null) {
            return ownCorruptions(asked);
        }
        try (PublishedCorruptions set = PublishedCorruptions.open(asked, plan, context.artifacts())) {
            notes.add(set.note());
            return cells(
                    asked,
                    set.images(),
                    (corruption, severity, listener) -> CorruptionRobustness.measure(
                            classifier, set, corruption.wireName(), severity, manager, listener));
        }
    }

    private List<CorruptionAccuracy> ownCorruptions(CorruptionRecipe asked) {
        LabeledImages images = atMost("evaluation.corruptions.images", asked.images());
        RgbImage first = images.images().get(0);
        CorruptionScale scale = CorruptionScale.of(first.height(), first.width());
        return cells(
                asked,
                images.size(),
                (corruption, severity, listener) -> CorruptionRobustness.measure(
                        classifier,
                        CorruptionLevel.of(Corruption.named(corruption.wireName()), severity, scale),
                        images,
                        plan.seed().derive("corruption"),
                        manager,
                        listener));
    }

    @FunctionalInterface
    private interface Cell {
        CorruptionAccuracy measure(CorruptionName corruption, int severity, EvaluationListener listener);
    }

    private List<CorruptionAccuracy> cells(CorruptionRecipe asked, int images, Cell cell) {
        List<CorruptionAccuracy> cells = new ArrayList<>();
        for (CorruptionName corruption : asked.corruptions()) {
            for (int severity : asked.severities()) {
                String phase = corruption.wireName() + ", severity " + severity + ", " + name;
                cells.add(journal.once(
                        key + "-corruption-" + corruption.wireName() + "-" + severity,
                        CorruptionAccuracy.class,
                        () -> cell.measure(corruption, severity, counting(phase, images))));
            }
        }
        return cells;
    }

    private static CorruptionReport report(List<CorruptionAccuracy> cells) {
        return new CorruptionReport(
                cells.stream()
                        .map(cell -> new CorruptionReport.Cell(
                                CorruptionName.parse(cell.corruption()), cell.severity(), cell.accuracy()))
                        .toList(),
                new CorruptionRobustness(cells).meanPercent());
    }

    private CertificationReport certification(CertificationRecipe asked) {
        LabeledImages images = atMost("evaluation.certification.images", asked.images());
        RandomizedSmoothing smoothing = new RandomizedSmoothing(
                asked.sigma(),
                asked.selectionSamples(),
                asked.estimationSamples(),
                asked.failure(),
                RandomizedSmoothing.USUAL_BATCH);
        long copies = (long) images.size() * (asked.selectionSamples() + asked.estimationSamples());
        ProgressPhase phase = context.beginPhase("certifying", copies, "noisy copies");
        List<Certificate> certificates = new ArrayList<>();
        for (int from = 0; from < images.size(); from += CERTIFICATES_AT_ONCE) {
            int first = from;
            int to = Math.min(from + CERTIFICATES_AT_ONCE, images.size());
            Certificate[] some = journal.once(key + "-certificates-" + from, Certificate[].class, () -> {
                List<Certificate> made = new ArrayList<>();
                for (int place = first; place < to; place++) {
                    made.add(smoothing.certify(
                            classifier,
                            images.images().get(place),
                            images.labels()[place],
                            place,
                            plan.seed().derive("certification"),
                            manager,
                            phase::advance));
                }
                return made.toArray(Certificate[]::new);
            });
            certificates.addAll(Arrays.asList(some));
        }
        return new CertificationReport(
                new Accuracy(certificates.stream().filter(one -> one.holds(0)).count(), certificates.size()),
                certificates.stream().filter(Certificate::abstained).count(),
                CertifiedAccuracy.of(certificates, asked.radii()).stream()
                        .map(at -> new CertificationReport.AtRadius(at.radius(), at.accuracy()))
                        .toList());
    }

    private LabeledImages atMost(String field, Integer images) {
        return images == null || images >= plan.images().size()
                ? plan.images()
                : ExampleSelection.atMost(
                        field,
                        images,
                        plan.images(),
                        plan.classes().size(),
                        plan.seed().derive("images"));
    }

    private EvaluationListener counting(String phaseName, int images) {
        ProgressPhase phase = context.beginPhase(phaseName, images, "images");
        return phase::advance;
    }
}
