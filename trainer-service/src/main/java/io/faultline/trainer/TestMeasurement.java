package io.faultline.trainer;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.AutoAttackRecipe;
import io.faultline.recipe.CertificationRecipe;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.CorruptionRecipe;
import io.faultline.recipe.EvaluationRecipe;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
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
final class TestMeasurement {
    private static final int AUTO_ATTACK_TARGETS = 9;
    private static final int SHARD = 64;
    private static final int CERTIFICATES_AT_ONCE = 16;

    private final Classifier classifier;
    private final LabeledImages test;
    private final int classes;
    private final Recipe recipe;
    private final StageContext context;
    private final NDManager manager;
    private final StageJournal journal;
    private final Seed seed;

    /** @param classifier with its weights as they will stay */
    TestMeasurement(
            Classifier classifier,
            LabeledImages test,
            int classes,
            Recipe recipe,
            StageContext context,
            NDManager manager) {
        this.classifier = images -> {
            context.throwIfStopped();
            return classifier.logits(images);
        };
        this.test = test;
        this.classes = classes;
        this.recipe = recipe;
        this.context = context;
        this.manager = manager;
        journal = new StageJournal(context.checkpoints());
        seed = recipe.seed().derive("evaluation");
    }

    /**
     * What was measured.
     *
     * @param robust under the recipe's evaluation attack; null where it was not asked for
     * @param notes what a reader must know of them
     * @param suspicions laws that a figure broke
     */
    record Figures(
            Accuracy clean,
            Accuracy robust,
            EvaluationReport evaluation,
            List<String> notes,
            List<String> suspicions) {}

    /** Clean accuracy, and robust accuracy where it is asked for. */
    record Accuracies(Accuracy clean, Accuracy robust, List<String> suspicions) {}

    /** The two accuracies alone, of a network that is going to be trained. */
    Accuracies accuracies(String what, boolean attacked) {
        return journal.once(what, Accuracies.class, () -> {
            if (!attacked) {
                return new Accuracies(metrics(what).accuracy(), null, List.of());
            }
            RobustAccuracy robust = robust(what);
            return new Accuracies(robust.clean(), robust.robust(), LawCheck.of(robust));
        });
    }

    Figures measure() {
        TrainingRecipe training = recipe.training();
        List<String> notes = new ArrayList<>();
        List<String> suspicions = new ArrayList<>();
        ClassifierMetrics metrics = journal.once("test-metrics", ClassifierMetrics.class, () -> metrics("test split"));
        RobustAccuracy robust = training.measuresRobustness()
                ? journal.once("test-robust", RobustAccuracy.class, () -> robust("test split"))
                : null;
        if (robust != null) {
            suspicions.addAll(LawCheck.of(robust));
        }
        EvaluationRecipe asked =
                training.evaluation() == null ? new EvaluationRecipe(null, null, null) : training.evaluation();
        EvaluationReport report = new EvaluationReport(
                report(metrics),
                asked.autoAttack() == null ? null : autoAttack(asked.autoAttack(), robust, notes, suspicions),
                asked.corruptions() == null ? null : corruptions(asked.corruptions()),
                asked.certification() == null ? null : certification(asked.certification()));
        return new Figures(metrics.accuracy(), robust == null ? null : robust.robust(), report, notes, suspicions);
    }

    private ClassifierMetrics metrics(String what) {
        return ClassifierMetrics.measure(
                classifier, test, ClassifierMetrics.USUAL_BINS, manager, counting("measuring, " + what, test.size()));
    }

    private RobustAccuracy robust(String what) {
        return RobustAccuracy.measure(
                classifier,
                recipe.training().evaluationAttack(),
                test,
                seed,
                manager,
                counting("attacking, " + what, test.size()));
    }

    private static ClassifierReport report(ClassifierMetrics metrics) {
        return new ClassifierReport(
                metrics.perClass(),
                metrics.confusion(),
                metrics.expectedCalibrationError(),
                metrics.negativeLogLikelihood(),
                metrics.brierScore());
    }

    private AutoAttackReport autoAttack(
            AutoAttackRecipe asked, RobustAccuracy byPgd, List<String> notes, List<String> suspicions) {
        LabeledImages images = atMost("training.evaluation.autoAttack.images", asked.images());
        AutoAttackEvaluation evaluation = new AutoAttackEvaluation(
                new AutoAttack(
                        PerturbationBall.of(asked.threatModel(), asked.epsilon()),
                        asked.iterations(),
                        AUTO_ATTACK_TARGETS,
                        asked.iterations(),
                        asked.queries()),
                seed.derive("autoattack"),
                SHARD);
        ProgressPhase phase = context.beginPhase("AutoAttack", images.size(), "images");
        List<ShardResult> shards = new ArrayList<>();
        for (int shard = 0; shard < evaluation.shards(images.size()); shard++) {
            int number = shard;
            ShardResult result = journal.once(
                    "autoattack-" + shard,
                    ShardResult.class,
                    () -> evaluation.shard(number, classifier, images, manager));
            shards.add(result);
            phase.advance(result.fates().size());
        }
        AutoAttackAccuracy accuracy = evaluation.merge(shards, images.size());
        notes.addAll(accuracy.notes());
        LawCheck.of(accuracy.figures()).forEach(law -> suspicions.add("AutoAttack: " + law));
        boolean comparable = byPgd != null
                && images == test
                && asked.threatModel() == recipe.training().evaluationAttack().threatModel()
                && asked.epsilon().value()
                        == recipe.training().evaluationAttack().epsilon().value();
        if (comparable) {
            suspicions.addAll(LawCheck.ofStrength("PGD", byPgd, "AutoAttack", accuracy.figures()));
        }
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

    private CorruptionReport corruptions(CorruptionRecipe asked) {
        LabeledImages images = atMost("training.evaluation.corruptions.images", asked.images());
        RgbImage first = images.images().get(0);
        CorruptionScale scale = CorruptionScale.of(first.height(), first.width());
        List<CorruptionAccuracy> cells = new ArrayList<>();
        for (CorruptionName name : asked.corruptions()) {
            for (int severity : asked.severities()) {
                CorruptionLevel level = CorruptionLevel.of(Corruption.named(name.wireName()), severity, scale);
                cells.add(journal.once(
                        "corruption-" + name.wireName() + "-" + severity,
                        CorruptionAccuracy.class,
                        () -> CorruptionRobustness.measure(
                                classifier,
                                level,
                                images,
                                seed.derive("corruption"),
                                manager,
                                counting(name.wireName() + ", severity " + severity, images.size()))));
            }
        }
        return new CorruptionReport(
                cells.stream()
                        .map(cell -> new CorruptionReport.Cell(
                                CorruptionName.parse(cell.corruption()), cell.severity(), cell.accuracy()))
                        .toList(),
                new CorruptionRobustness(cells).meanPercent());
    }

    private CertificationReport certification(CertificationRecipe asked) {
        LabeledImages images = atMost("training.evaluation.certification.images", asked.images());
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
            Certificate[] some = journal.once("certificates-" + from, Certificate[].class, () -> {
                List<Certificate> made = new ArrayList<>();
                for (int place = first; place < to; place++) {
                    made.add(smoothing.certify(
                            classifier,
                            images.images().get(place),
                            images.labels()[place],
                            place,
                            seed.derive("certification"),
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
        return images == null || images >= test.size()
                ? test
                : ExampleSelection.atMost(field, images, test, classes, seed.derive("images"));
    }

    private EvaluationListener counting(String phaseName, int images) {
        ProgressPhase phase = context.beginPhase(phaseName, images, "images");
        return phase::advance;
    }
}
