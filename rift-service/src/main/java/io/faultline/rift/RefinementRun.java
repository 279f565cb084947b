package io.faultline.rift;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.LabeledImages;
import io.faultline.event.ModelReady;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.criticality.CriticalityRanking;
import io.faultline.rift.criticality.FixedExamples;
import io.faultline.rift.criticality.ModuleRobustCriticality;
import io.faultline.rift.finetuning.ModuleFineTuning;
import io.faultline.rift.interpolation.InterpolationPath;
import io.faultline.rift.interpolation.WeightInterpolation;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.batch.ExampleSelection;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.evaluation.LawCheck;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.Safetensors;
import io.faultline.vision.network.Tensors;
import io.faultline.vision.network.Weights;
import io.faultline.vision.training.TrainingListener;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageJournal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The steps of one refinement, each of which is found again in the checkpoints once it is done. For one thread. */
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
    private final Seed seed;

    /**
     * @param trained θ_AT, with the metadata of its file
     * @param manager parent of all memory that the steps take
     */
    RefinementRun(
            ModelReady event,
            StageContext context,
            Checkpoint trained,
            Map<String, String> metadata,
            RiftImages images,
            NDManager manager) {
        this.context = context;
        this.trained = trained;
        this.metadata = metadata;
        this.images = images;
        this.manager = manager;
        journal = new StageJournal(context.checkpoints());
        recipe = event.recipe().rift();
        training = event.recipe().training();
        seed = event.recipe().seed().derive("rift");
    }

    /** Measures the robust criticality of every module. */
    CriticalityRanking rank() {
        List<NamedModule> modules = trained.network().modules().modules();
        LabeledImages selected = selection();
        List<ModuleCriticality> measured = new ArrayList<>();
        // made at the first module that still needs them, and so not at all where every module is done
        try (LazyCriticality criticality = new LazyCriticality(selected)) {
            for (NamedModule module : modules) {
                String phase = "criticality of " + module.path() + " (" + (measured.size() + 1) + " of "
                        + modules.size() + ")";
                measured.add(journal.once(
                        "criticality-" + module.path(),
                        ModuleCriticality.class,
                        () -> measure(criticality.get(), module, phase)));
            }
        }
        return new CriticalityRanking(
                measured, selected.size(), recipe.criticality().radius());
    }

    private ModuleCriticality measure(ModuleRobustCriticality criticality, NamedModule module, String name) {
        ProgressPhase phase = context.beginPhase(name, criticality.batchesPerModule(), "batches");
        ModuleCriticality found = criticality.of(module, () -> {
            phase.advance(1);
            context.throwIfStopped();
        });
        phase.measured("mrc", found.mrc());
        return found;
    }

    private LabeledImages selection() {
        CriticalityRecipe criticality = recipe.criticality();
        LabeledImages split = images.of(criticality.split());
        Seed order = seed.derive("examples");
        return criticality.examples() == null
                ? ExampleSelection.all(split, order)
                : ExampleSelection.atMost(
                        "rift.criticality.examples", criticality.examples(), split, images.classes(), order);
    }

    /** Stores the ranking with all that it was measured by. */
    ArtifactRef store(CriticalityRanking ranking) {
        byte[] json = FaultlineJson.canonicalBytes(ranking);
        return context.artifacts().write(ArtifactKind.CRITICALITY, out -> out.write(json));
    }

    /** Trains the module's weight on clean images. */
    float[] fineTune(NamedModule module) {
        var material = new ModuleFineTuning.Material(
                images.train(), images.heldOut(), training.augmentation(), seed.derive("fine-tuning"));
        try (ModuleFineTuning tuning = new ModuleFineTuning(trained, module, recipe.fineTuning(), material, manager)) {
            kept(FINE_TUNING).ifPresent(tuning::restore);
            while (!tuning.finished()) {
                ProgressPhase phase = context.beginPhase(
                        "fine-tuning of " + module.path() + ", epoch " + (tuning.epochsDone() + 1) + " of "
                                + recipe.fineTuning().epochs(),
                        tuning.imagesPerEpoch(),
                        "images");
                ModuleFineTuning.Epoch epoch = tuning.runEpoch(new Watch(phase, context), stopping());
                phase.measured("loss", epoch.training().loss());
                phase.measured("heldOutAccuracy", epoch.heldOut().percent());
                context.checkpoints().write(FINE_TUNING, out -> tuning.export().writeTo(out));
            }
            return tuning.weight();
        }
    }

    /** Measures every α of the grid on the held-out split. */
    List<InterpolationPoint> path(NamedModule module, WeightInterpolation line) {
        InterpolationPath path = new InterpolationPath(trained, module, line);
        List<InterpolationPoint> points = new ArrayList<>();
        for (double alpha : recipe.interpolation().alphas()) {
            String phase = "interpolation, α = " + alpha;
            points.add(journal.once(
                    "path-" + points.size(),
                    InterpolationPoint.class,
                    () -> path.at(
                            alpha,
                            manager,
                            classifier -> robust(classifier, images.heldOut(), seed.derive("interpolation"), phase))));
        }
        return points;
    }

    /** The trained network with the module's weight at a place of the path, as a file. */
    ArtifactRef store(NamedModule module, float[] weight, double alpha, String trainedFrom) {
        Map<String, String> provenance = new TreeMap<>(metadata);
        provenance.put("rift.trained", trainedFrom);
        provenance.put("rift.module", module.path().name());
        provenance.put("rift.alpha", Double.toString(alpha));
        try (NDManager scope = manager.newSubManager();
                Checkpoint refined =
                        new Checkpoint(trained.network(), trained.state().copy(scope));
                NDArray tensor = tensor(module, weight, scope)) {
            refined.state().put(module.weight(), tensor);
            return context.artifacts().write(ArtifactKind.CHECKPOINT_REFINED, out -> refined.writeTo(out, provenance));
        }
    }

    /**
     * Figures on the test split.
     *
     * @param suspicions laws that they broke
     */
    record TestFigures(Accuracy clean, Accuracy robust, List<String> suspicions) {}

    /** Measures the trained network. */
    TestFigures testBefore() {
        return journal.once("test-before", TestFigures.class, () -> test("before", trained.state()));
    }

    /** Measures the network with the module's weight at the chosen place of the path. */
    TestFigures testAfter(NamedModule module, float[] weight) {
        return journal.once("test-after", TestFigures.class, () -> {
            try (NDManager scope = manager.newSubManager();
                    NDArray tensor = tensor(module, weight, scope)) {
                return test("after", trained.state().with(module.weight(), tensor));
            }
        });
    }

    private TestFigures test(String when, Weights weights) {
        try (NDManager scope = manager.newSubManager()) {
            RobustAccuracy measured = robust(
                    trained.network().folded(weights, scope),
                    images.test(),
                    seed.derive("test"),
                    "test split, " + when);
            List<String> suspicions = LawCheck.of(measured).stream()
                    .map(law -> "Test figures " + when + " fine-tuning: " + law)
                    .toList();
            return new TestFigures(measured.clean(), measured.robust(), suspicions);
        }
    }

    private RobustAccuracy robust(Classifier classifier, LabeledImages measured, Seed starts, String phase) {
        return RobustAccuracy.measure(
                stoppable(classifier),
                training.evaluationAttack(),
                measured,
                starts,
                manager,
                counting(phase, measured));
    }

    /** An attack on a batch takes long; between its steps the classifier is asked. */
    private Classifier stoppable(Classifier classifier) {
        return asked -> {
            context.throwIfStopped();
            return classifier.logits(asked);
        };
    }

    private EvaluationListener counting(String name, LabeledImages measured) {
        ProgressPhase phase = context.beginPhase(name, measured.size(), "images");
        return phase::advance;
    }

    private EvaluationListener stopping() {
        return count -> context.throwIfStopped();
    }

    private Optional<Safetensors> kept(String name) {
        Optional<InputStream> file = context.checkpoints().open(name);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = file.get()) {
            return Optional.of(Safetensors.read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NDArray tensor(NamedModule module, float[] weight, NDManager scope) {
        return Tensors.of(scope, weight, trained.state().get(module.weight()).getShape());
    }

    /** The adversarial examples and the measurement on them, made at the first use. */
    private final class LazyCriticality implements AutoCloseable {
        private final LabeledImages selected;
        private final NDManager scope = manager.newSubManager();
        private ModuleRobustCriticality criticality;

        LazyCriticality(LabeledImages selected) {
            this.selected = selected;
        }

        ModuleRobustCriticality get() {
            if (criticality == null) {
                criticality = new ModuleRobustCriticality(trained, attacked(), recipe.criticality());
            }
            return criticality;
        }

        private FixedExamples attacked() {
            AttackRecipe attack = recipe.criticality().attack() == null
                    ? training.evaluationAttack()
                    : recipe.criticality().attack();
            try (NDManager folding = scope.newSubManager()) {
                return FixedExamples.attacked(
                        selected,
                        Adversary.of(attack),
                        stoppable(trained.network().folded(trained.state(), folding)),
                        recipe.criticality().batchSize(),
                        seed.derive("criticality-attack"),
                        scope,
                        counting("adversarial examples", selected));
            }
        }

        @Override
        public void close() {
            scope.close();
        }
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
