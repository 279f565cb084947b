package io.faultline.rift;

import ai.djl.ndarray.NDManager;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.LabeledImages;
import io.faultline.event.ModuleTask;
import io.faultline.json.FaultlineJson;
import io.faultline.measurement.TestMeasurement;
import io.faultline.measurement.TestPlan;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.FineTuningEpoch;
import io.faultline.report.InterpolationPoint;
import io.faultline.rift.choice.ModuleChoice;
import io.faultline.rift.choice.ModuleSelection;
import io.faultline.rift.criticality.CriticalityRanking;
import io.faultline.rift.finetuning.ModuleFineTuning;
import io.faultline.rift.interpolation.AlphaSearch;
import io.faultline.rift.interpolation.InterpolationPath;
import io.faultline.rift.interpolation.WeightInterpolation;
import io.faultline.vision.batch.SplitImages;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.training.TrainingListener;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageJournal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The steps from the measured modules to the refined network, each of which is found again in the checkpoints once it is done. For
 * one thread.
 */
final class RefinementRun {
    private static final String FINE_TUNING = "fine-tuning";

    private final StageContext context;
    private final StageJournal journal;
    private final NDManager manager;
    private final Checkpoint trained;
    private final Map<String, String> metadata;
    private final RiftImages images;
    private final RiftRecipe recipe;
    private final TrainingRecipe training;
    private final ArtifactRef trainedFrom;
    private final Seed seed;

    /**
     * @param model θ_AT
     * @param manager parent of all memory that the steps take
     */
    RefinementRun(ModuleTask task, StageContext context, TrainedModel model, RiftImages images, NDManager manager) {
        this.context = context;
        this.images = images;
        this.manager = manager;
        trained = model.checkpoint();
        metadata = model.metadata();
        journal = new StageJournal(context.checkpoints());
        recipe = task.recipe().rift();
        training = task.recipe().training();
        trainedFrom = task.training().checkpoint();
        seed = seed(task.recipe().seed());
    }

    /** What everything that a refinement draws comes from. */
    static Seed seed(Seed ofJob) {
        return ofJob.derive("rift");
    }

    /** Stores the ranking with all that it was measured by. */
    ArtifactRef store(CriticalityRanking ranking) {
        byte[] json = FaultlineJson.canonicalBytes(ranking);
        return context.artifacts().write(ArtifactKind.CRITICALITY, out -> out.write(json));
    }

    /**
     * Which modules the recipe chooses.
     *
     * @param ranking null where the rule asks for none
     */
    ModuleSelection choose(CriticalityRanking ranking) {
        ModuleChoice choice =
                new ModuleChoice(recipe.choice(), trained.network().modules());
        return ranking == null ? choice.withoutRanking() : choice.by(ranking);
    }

    /**
     * What fine-tuning came to.
     *
     * @param line from θ_AT to θ_FT
     * @param chosenEpoch whose weights are θ_FT
     */
    record FineTuned(WeightInterpolation line, List<FineTuningEpoch> epochs, int chosenEpoch) {}

    /** Trains the modules' weights on clean images. */
    FineTuned fineTune(List<NamedModule> modules) {
        var material = new ModuleFineTuning.Material(
                images.train(), images.of(recipe.chosenOn()), training.augmentation(), seed.derive("fine-tuning"));
        try (ModuleFineTuning tuning = new ModuleFineTuning(trained, modules, recipe.fineTuning(), material, manager)) {
            KeptTensors.open(context.checkpoints(), FINE_TUNING).ifPresent(tuning::restore);
            while (!tuning.finished()) {
                ProgressPhase phase = context.beginPhase(
                        "fine-tuning, epoch " + (tuning.epochsDone() + 1) + " of "
                                + recipe.fineTuning().epochs(),
                        tuning.imagesPerEpoch(),
                        "images");
                FineTuningEpoch epoch = tuning.runEpoch(new Watch(phase, context), stopping());
                phase.measured("loss", epoch.loss());
                phase.measured("cleanAccuracy", epoch.clean().percent());
                context.checkpoints().write(FINE_TUNING, out -> tuning.export().writeTo(out));
            }
            return new FineTuned(
                    new WeightInterpolation(trained.state(), tuning.fineTuned()), tuning.epochs(), tuning.bestEpoch());
        }
    }

    /** Measures the path on the split that α is chosen on. */
    AlphaSearch.Found search(WeightInterpolation line) {
        InterpolationPath path = new InterpolationPath(trained.network(), line);
        RobustAccuracy origin =
                journal.once("path-origin", RobustAccuracy.class, () -> path.origin(manager, onPath(0)));
        return new AlphaSearch(recipe.interpolation(), recipe.chosenOn())
                .search(alpha -> journal.once(
                        "path-" + alpha,
                        InterpolationPoint.class,
                        () -> path.at(alpha, origin, manager, onPath(alpha))));
    }

    private InterpolationPath.Measurement onPath(double alpha) {
        LabeledImages split = images.of(recipe.chosenOn());
        return classifier -> {
            ProgressPhase phase = context.beginPhase("interpolation, α = " + alpha, split.size(), "images");
            return RobustAccuracy.measure(
                    stoppable(classifier),
                    training.evaluationAttack(),
                    split,
                    seed.derive("interpolation"),
                    manager,
                    phase::advance);
        };
    }

    /** The network at a place of the path, as a file. */
    ArtifactRef store(List<NamedModule> modules, WeightInterpolation line, double alpha) {
        Map<String, String> provenance = new TreeMap<>(metadata);
        provenance.put("rift.trained", trainedFrom.id().toString());
        provenance.put(
                "rift.modules",
                modules.stream().map(module -> module.path().name()).collect(Collectors.joining(",")));
        provenance.put("rift.alpha", Double.toString(alpha));
        try (NDManager scope = manager.newSubManager();
                Checkpoint refined = new Checkpoint(trained.network(), line.state(alpha, scope))) {
            return context.artifacts().write(ArtifactKind.CHECKPOINT_REFINED, out -> refined.writeTo(out, provenance));
        }
    }

    /** Refuses a test that cannot be made, before there is anything to test. */
    void refuseUnlessTestable() {
        TestMeasurement.refuseUnlessPossible(testPlan(), context);
    }

    private TestPlan testPlan() {
        return new TestPlan(
                images.test(),
                images.splits().classes(),
                SplitImages.preparation(training),
                training.evaluationAttack().withRestarts(recipe.testRestarts()),
                recipe.evaluation() == null ? TestPlan.NOTHING_ELSE : recipe.evaluation(),
                seed.derive("test"));
    }

    /** Measures the network at a place of the path on the test split. */
    TestMeasurement.Figures test(String when, WeightInterpolation line, double alpha) {
        try (NDManager scope = manager.newSubManager();
                StateDict state = line.state(alpha, scope)) {
            return new TestMeasurement(trained.network().folded(state, scope), when, testPlan(), context, manager)
                    .measure();
        }
    }

    /** An attack on a batch takes long; between its steps the classifier is asked. */
    private Classifier stoppable(Classifier classifier) {
        return asked -> {
            context.throwIfStopped();
            return classifier.logits(asked);
        };
    }

    private EvaluationListener stopping() {
        return count -> context.throwIfStopped();
    }

    /** Tells a training's steps as progress and lets it be stopped. */
    private record Watch(ProgressPhase phase, StageContext context) implements TrainingListener {
        @Override
        public void computing() {
            context.throwIfStopped();
        }

        @Override
        public void stepped(int images, double loss) {
            phase.advance(images);
            phase.measured("loss", loss);
        }
    }
}
