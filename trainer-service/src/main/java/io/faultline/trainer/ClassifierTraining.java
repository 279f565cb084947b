package io.faultline.trainer;

import ai.djl.ndarray.NDManager;
import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.event.DatasetReady;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobEvent;
import io.faultline.event.ModelReady;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.ControlReport;
import io.faultline.report.EpochReport;
import io.faultline.report.TrainingReport;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.SplitImages;
import io.faultline.vision.evaluation.NonFiniteLogitsException;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.training.NonFiniteLossException;
import io.faultline.vision.training.TrainingPlan;
import io.faultline.worker.Stage;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageInput;
import io.faultline.worker.WorkRejectedException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The second stage of a job: trains a classifier on the data set that the first one made, measures it, and stores its weights for
 * the stages to come.
 */
@ApplicationScoped
class ClassifierTraining implements Stage<DatasetReady, TrainingReport> {
    private final TrainerConfig config;

    ClassifierTraining(TrainerConfig config) {
        this.config = config;
    }

    @Override
    public StageName name() {
        return StageName.TRAINING;
    }

    @Override
    public Class<DatasetReady> eventType() {
        return DatasetReady.class;
    }

    @Override
    public Class<TrainingReport> reportType() {
        return TrainingReport.class;
    }

    @Override
    public String topic() {
        return Topics.DATASET_READY;
    }

    @Override
    public int version() {
        return 1;
    }

    /** What the report depends on beside the data set. */
    record Settings(TrainingRecipe training, Seed seed) {}

    @Override
    public StageInput input(DatasetReady event) {
        List<ArtifactId> read = Stream.concat(
                        Stream.of(event.dataset().dataset()),
                        event.dataset().controls().stream().map(ControlReport::dataset))
                .map(ArtifactRef::id)
                .toList();
        return new StageInput(read, settings(event.recipe()));
    }

    @Override
    public TrainingReport run(DatasetReady event, StageContext context) {
        Recipe recipe = event.recipe();
        SplitImages data = TrainingData.load(event, context);
        NormalizedNetwork network = NormalizedNetwork.of(
                NetworkSpec.of(recipe.training(), data.classes().size()));
        TrainingPlan plan =
                TrainingPlan.of(network, recipe.training(), recipe.seed().derive("training"));
        try (NDManager manager = ComputeDevice.open(TrainingDevice.require(
                        config.device(), recipe.training().device()));
                ResumableTraining training = new ResumableTraining(plan, data, context, manager)) {
            List<EpochReport> epochs = training.run();
            FinalMeasurement measured =
                    FinalMeasurement.of(network, training.weights(), data, recipe, context, manager);
            ControlMeasurement controls =
                    ControlMeasurement.of(network, training.weights(), data, event, context, manager);
            return new TrainingReport(
                    store(network, training.weights(), event, context),
                    epochs,
                    epochs.get(epochs.size() - 1).validation(),
                    measured.clean(),
                    measured.robust(),
                    controls.accuracies(),
                    controls.ownership(),
                    null,
                    epochs.size(),
                    null,
                    config.device(),
                    List.of(),
                    measured.suspicions());
        } catch (NonFiniteLossException | NonFiniteLogitsException e) {
            throw new WorkRejectedException("training failed: " + e.getMessage(), e);
        }
    }

    @Override
    public JobEvent completed(DatasetReady event, TrainingReport report) {
        return name().next(event.recipe()).isPresent()
                ? new ModelReady(event.jobId(), event.recipe(), event.dataset(), report)
                : new JobCompleted(event.jobId(), event.recipe(), event.dataset(), report, null);
    }

    /** The same training of the same data gives the same bytes: the metadata say what, and neither when nor for whom. */
    private static ArtifactRef store(
            NormalizedNetwork network, StateDict weights, DatasetReady event, StageContext context) {
        Map<String, String> provenance = Map.of(
                "dataset",
                event.dataset().dataset().id().toString(),
                "settings",
                new String(FaultlineJson.canonicalBytes(settings(event.recipe())), StandardCharsets.UTF_8));
        Checkpoint checkpoint = new Checkpoint(network, weights);
        return context.artifacts().write(ArtifactKind.CHECKPOINT_TRAINED, out -> checkpoint.writeTo(out, provenance));
    }

    private static Settings settings(Recipe recipe) {
        return new Settings(recipe.training(), recipe.seed());
    }
}
