package io.faultline.rift;

import ai.djl.ndarray.NDManager;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.event.ModelReady;
import io.faultline.event.ModuleTask;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.criticality.ActivationBudget;
import io.faultline.rift.criticality.FixedExamples;
import io.faultline.rift.criticality.ModuleRobustCriticality;
import io.faultline.rift.criticality.RoundStore;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.batch.ExampleSelection;
import io.faultline.vision.network.FoldedNetwork;
import io.faultline.vision.network.NamedModule;
import io.faultline.worker.Checkpoints;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The robust criticality of a network's modules on this replica: the adversarial examples once for all replicas, then a module at
 * a time. What was measured is found again by every job that asks for the same. For one thread.
 */
final class CriticalityWork implements AutoCloseable {
    private static final String EXAMPLES = "rift-examples, 1";
    private static final String MODULE = "rift-module-criticality, 1";

    private final String device;
    private final ActivationBudget budget;
    /** What the last task measured on, since the next is most often one of the same network. */
    private Open open;

    CriticalityWork(String device, ActivationBudget budget) {
        this.device = device;
        this.budget = budget;
    }

    /** What the examples depend on beside the bytes of checkpoint and data set. */
    private record ExampleSettings(
            Split split,
            Integer examples,
            int batchSize,
            AttackRecipe attack,
            double validationFraction,
            boolean grey,
            Seed seed) {}

    /** What a module's criticality depends on beside the bytes of checkpoint and examples. */
    private record ModuleSettings(CriticalityRecipe criticality, ModulePath module) {}

    /** @param seconds that they took */
    record MadeExamples(ArtifactRef examples, double seconds) {}

    /** The adversarial examples, made now unless somebody has made them before. */
    MadeExamples examples(ModelReady event, StageContext context) {
        TrainingRecipe training = event.recipe().training();
        CriticalityRecipe criticality = event.recipe().rift().criticality();
        StageInput input = new StageInput(
                List.of(
                        event.training().checkpoint().id(),
                        event.dataset().dataset().id()),
                new ExampleSettings(
                        criticality.split(),
                        criticality.examples(),
                        criticality.batchSize(),
                        attack(criticality, training),
                        training.validationFraction(),
                        training.augmentation().grey(),
                        event.recipe().seed()));
        return context.remembered().value(EXAMPLES, input, MadeExamples.class, () -> {
            Stopwatch watch = new Stopwatch();
            return new MadeExamples(make(event, context), watch.seconds());
        });
    }

    /** The criticality of a task's module, measured now unless somebody has measured it before. */
    MeasuredModule measure(ModuleTask task, StageContext context) {
        StageInput input = new StageInput(
                List.of(task.training().checkpoint().id(), task.examples().id()),
                new ModuleSettings(task.recipe().rift().criticality(), task.module()));
        return context.remembered().value(MODULE, input, MeasuredModule.class, () -> {
            Stopwatch watch = new Stopwatch();
            return new MeasuredModule(criticality(task, context), watch.seconds());
        });
    }

    private ArtifactRef make(ModelReady event, StageContext context) {
        RiftImages images = RiftImages.read(event, context);
        CriticalityRecipe criticality = event.recipe().rift().criticality();
        Seed seed = RefinementRun.seed(event.recipe().seed());
        LabeledImages selected = selection(criticality, images, seed.derive("examples"));
        try (NDManager manager = ComputeDevice.open(device);
                TrainedModel model =
                        TrainedModel.read(event.training().checkpoint(), images.classes(), context, manager)) {
            ProgressPhase phase = context.beginPhase("adversarial examples", selected.size(), "images");
            FoldedNetwork network = model.network().folded(model.checkpoint().state(), manager);
            FixedExamples.Making making = new FixedExamples.Making(
                    Adversary.of(attack(criticality, event.recipe().training())),
                    asked -> {
                        context.throwIfStopped();
                        return network.logits(asked);
                    },
                    criticality.batchSize(),
                    seed.derive("criticality-attack"));
            try (FixedExamples made = FixedExamples.attacked(
                    selected, making, new KeptChunks(context.checkpoints()), phase::advance, manager, budget)) {
                Map<String, String> provenance = Map.of(
                        "rift.trained", event.training().checkpoint().id().toString(),
                        "rift.dataset", event.dataset().dataset().id().toString());
                return context.artifacts()
                        .write(ArtifactKind.ADVERSARIAL_EXAMPLES, out -> made.writeTo(out, provenance));
            }
        }
    }

    private static LabeledImages selection(CriticalityRecipe criticality, RiftImages images, Seed order) {
        LabeledImages split = images.of(criticality.split());
        return criticality.examples() == null
                ? ExampleSelection.all(split, order)
                : ExampleSelection.atMost(
                        "rift.criticality.examples", criticality.examples(), split, images.classes(), order);
    }

    private static AttackRecipe attack(CriticalityRecipe criticality, TrainingRecipe training) {
        return criticality.attack() == null ? training.evaluationAttack() : criticality.attack();
    }

    private ModuleCriticality criticality(ModuleTask task, StageContext context) {
        Open subject = open(task, context);
        NamedModule module = subject.model().network().modules().get(task.module());
        ProgressPhase phase = context.beginPhase(
                "criticality of " + module.path() + " (" + (task.place() + 1) + " of " + task.modules() + ")",
                subject.criticality().batchesPerModule(),
                "batches");
        ModuleCriticality found = subject.criticality()
                .of(module, new KeptRounds(context.checkpoints(), "rounds-" + module.path()), () -> {
                    phase.advance(1);
                    context.throwIfStopped();
                });
        phase.measured("mrc", found.mrc());
        return found;
    }

    private Open open(ModuleTask task, StageContext context) {
        Subject asked = new Subject(
                task.training().checkpoint(),
                task.examples(),
                task.recipe().rift().criticality());
        if (open == null || !open.subject().equals(asked)) {
            close();
            open = Open.of(asked, task.dataset().classes().size(), device, budget, context);
        }
        return open;
    }

    /** Gives back what was kept for the next task. */
    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    /** What a measurement is of. */
    private record Subject(ArtifactRef checkpoint, ArtifactRef examples, CriticalityRecipe criticality) {}

    private record Open(
            Subject subject,
            NDManager manager,
            TrainedModel model,
            FixedExamples examples,
            ModuleRobustCriticality criticality)
            implements AutoCloseable {
        static Open of(Subject subject, int classes, String device, ActivationBudget budget, StageContext context) {
            NDManager manager = ComputeDevice.open(device);
            try (InputStream in = context.artifacts().open(subject.examples().id())) {
                TrainedModel model = TrainedModel.read(subject.checkpoint(), classes, context, manager);
                FixedExamples examples = FixedExamples.read(in, manager, budget);
                return new Open(
                        subject,
                        manager,
                        model,
                        examples,
                        new ModuleRobustCriticality(
                                model.checkpoint(), examples, subject.criticality(), budget, manager));
            } catch (IOException e) {
                manager.close();
                throw new UncheckedIOException(e);
            } catch (RuntimeException e) {
                manager.close();
                throw e;
            }
        }

        @Override
        public void close() {
            criticality.close();
            examples.close();
            model.close();
            manager.close();
        }
    }

    /** Batches of examples among the checkpoints. */
    private record KeptChunks(Checkpoints checkpoints) implements FixedExamples.Chunks {
        @Override
        public Optional<Safetensors> kept(int place) {
            return KeptTensors.open(checkpoints, name(place));
        }

        @Override
        public void keep(int place, Safetensors chunk) {
            checkpoints.write(name(place), chunk::writeTo);
        }

        private static String name(int place) {
            return "examples-" + place;
        }
    }

    /** A module's rounds among the checkpoints. */
    private record KeptRounds(Checkpoints checkpoints, String name) implements RoundStore {
        @Override
        public Optional<Safetensors> kept() {
            return KeptTensors.open(checkpoints, name);
        }

        @Override
        public void keep(Safetensors state) {
            checkpoints.write(name, state::writeTo);
        }
    }
}
