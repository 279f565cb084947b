package io.faultline.rift;

import ai.djl.ndarray.NDManager;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobEvent;
import io.faultline.event.ModelReady;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.PairedDifference;
import io.faultline.report.RefinementChange;
import io.faultline.report.RefinementFigures;
import io.faultline.report.RiftReport;
import io.faultline.rift.RefinementRun.TestFigures;
import io.faultline.rift.criticality.CriticalityRanking;
import io.faultline.rift.criticality.NonFiniteCriticalityException;
import io.faultline.rift.interpolation.RobustnessBudget;
import io.faultline.rift.interpolation.WeightInterpolation;
import io.faultline.vision.VisionException;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.Safetensors;
import io.faultline.worker.Stage;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageInput;
import io.faultline.worker.WorkRejectedException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The last stage of a job (RiFT, Zhu et al., ICCV 2023): finds the module whose weights matter least to robustness, fine-tunes
 * it on clean images, and goes as far towards the result as robust accuracy allows.
 *
 * @implNote Module, epoch and α are chosen on the held-out split (or, where the recipe says so, the module on the training
 *     split); the authors choose all three on the test split, which here is measured once, at the end.
 */
@ApplicationScoped
class RobustCriticalFineTuning implements Stage<ModelReady, RiftReport> {
    private static final String ENGINE = "PyTorch";

    @Override
    public StageName name() {
        return StageName.RIFT;
    }

    @Override
    public Class<ModelReady> eventType() {
        return ModelReady.class;
    }

    @Override
    public Class<RiftReport> reportType() {
        return RiftReport.class;
    }

    @Override
    public String topic() {
        return Topics.MODEL_READY;
    }

    @Override
    public int version() {
        return 1;
    }

    /** What the report depends on beside the bytes of data set and checkpoint. */
    record Settings(
            RiftRecipe rift,
            double validationFraction,
            AugmentationRecipe augmentation,
            AttackRecipe evaluationAttack,
            Seed seed) {}

    @Override
    public StageInput input(ModelReady event) {
        TrainingRecipe training = event.recipe().training();
        return new StageInput(
                List.of(
                        event.training().checkpoint().id(),
                        event.dataset().dataset().id()),
                new Settings(
                        event.recipe().rift(),
                        training.validationFraction(),
                        training.augmentation(),
                        training.evaluationAttack(),
                        event.recipe().seed()));
    }

    @Override
    public RiftReport run(ModelReady event, StageContext context) {
        try (NDManager manager = NDManager.newBaseManager(ENGINE)) {
            RiftImages images = RiftImages.read(event, context);
            Safetensors file = open(event.training().checkpoint(), context);
            NormalizedNetwork network = NormalizedNetwork.of(NetworkSpec.fromMetadata(file.metadata()));
            refuseOtherClasses(network.spec().classes(), images.classes());
            try (Checkpoint trained = new Checkpoint(network, network.load(file.tensors(), manager))) {
                return refine(
                        event, new RefinementRun(event, context, trained, file.metadata(), images, manager), trained);
            }
        } catch (VisionException | InvalidDatasetException | NonFiniteCriticalityException e) {
            throw new WorkRejectedException(e.getMessage(), e);
        }
    }

    private static RiftReport refine(ModelReady event, RefinementRun run, Checkpoint trained) {
        CriticalityRanking ranking = run.rank();
        ArtifactRef criticality = run.store(ranking);
        NamedModule module = trained.network().modules().get(ranking.lowest().module());
        float[] fineTuned = run.fineTune(module);
        WeightInterpolation line =
                new WeightInterpolation(trained.state().get(module.weight()).toFloatArray(), fineTuned);
        List<InterpolationPoint> path = run.path(module, line);
        RobustnessBudget.Choice choice =
                new RobustnessBudget(event.recipe().rift().interpolation().tolerance()).choose(path);
        float[] refined = line.at(choice.alpha());
        ArtifactRef checkpoint = run.store(
                module,
                refined,
                choice.alpha(),
                event.training().checkpoint().id().toString());
        TestFigures before = run.testBefore();
        // at α = 0 the weights are the trained ones, bit for bit: a second measurement could only repeat the first
        TestFigures after = choice.alpha() == 0 ? before : run.testAfter(module, refined);
        return new RiftReport(
                checkpoint,
                criticality,
                null,
                criticality,
                ranking.ascending(),
                List.of(module.path()),
                ranking.reason(),
                List.of(),
                0,
                path,
                choice.alpha(),
                choice.reason(),
                new RefinementFigures(before.clean(), before.robust(), null, null),
                new RefinementFigures(after.clean(), after.robust(), null, null),
                new RefinementChange(new PairedDifference(0, 0), new PairedDifference(0, 0), null, null),
                "cpu",
                0,
                List.of(),
                Stream.concat(before.suspicions().stream(), after.suspicions().stream())
                        .distinct()
                        .toList());
    }

    @Override
    public JobEvent completed(ModelReady event, RiftReport report) {
        return new JobCompleted(event.jobId(), event.recipe(), event.dataset(), event.training(), report);
    }

    private static Safetensors open(ArtifactRef checkpoint, StageContext context) {
        try (InputStream in = context.artifacts().open(checkpoint.id())) {
            return Safetensors.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void refuseOtherClasses(int ofNetwork, int ofImages) {
        if (ofNetwork != ofImages) {
            throw new InvalidDatasetException("the network tells " + ofNetwork + " classes apart and the data set has "
                    + ofImages + "; refine a network on the data set it was trained on");
        }
    }
}
