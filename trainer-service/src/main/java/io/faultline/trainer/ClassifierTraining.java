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
import io.faultline.measurement.RequestedDevice;
import io.faultline.measurement.TestMeasurement;
import io.faultline.measurement.TestPlan;
import io.faultline.recipe.EvaluationRecipe;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.ControlReport;
import io.faultline.report.EpochReport;
import io.faultline.report.ImportReport;
import io.faultline.report.TrainingReport;
import io.faultline.vision.ComputeDevices;
import io.faultline.vision.batch.SplitImages;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.evaluation.NonFiniteLogitsException;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.DataParallel;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The second stage of a job: trains a classifier on the data set that the first one made, from fresh weights or those of a
 * checkpoint, measures it, and stores its weights for the stages to come.
 */
@ApplicationScoped
class ClassifierTraining implements Stage<DatasetReady, TrainingReport> {
    private static final String CHOSEN_ON_TEST =
            "The epoch was chosen by accuracy on the test split: the figures on it are no estimate of others.";

    private final TrainerConfig config;
    private final RequestedDevice device;

    ClassifierTraining(TrainerConfig config) {
        this.config = config;
        device = new RequestedDevice(config.device(), "faultline.trainer.device").present();
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
        return 2;
    }

    /** What the report depends on beside the data set, the checkpoint it starts from and the corruptions it is measured on. */
    record Settings(TrainingRecipe training, Seed seed) {}

    @Override
    public StageInput input(DatasetReady event) {
        Stream<ArtifactId> sets = Stream.concat(
                        Stream.of(event.dataset().dataset()),
                        event.dataset().controls().stream().map(ControlReport::dataset))
                .map(ArtifactRef::id);
        Stream<ArtifactId> start =
                Optional.ofNullable(event.recipe().training().start()).stream().map(from -> from.checkpoint());
        Stream<ArtifactId> corruptions =
                Optional.ofNullable(event.recipe().training().evaluation())
                        .flatMap(EvaluationRecipe::publishedCorruptions)
                        .stream();
        return new StageInput(
                Stream.of(sets, start, corruptions).flatMap(ids -> ids).toList(), settings(event.recipe()));
    }

    @Override
    public TrainingReport run(DatasetReady event, StageContext context) {
        Recipe recipe = event.recipe();
        ComputeDevices devices = device.require(recipe.training().device());
        SplitImages data = TrainingData.load(event, context);
        TestMeasurement.refuseUnlessPossible(testPlan(event, data), context);
        try (NDManager manager = devices.open();
                StartingWeights start = StartingWeights.of(
                        recipe.training(),
                        NetworkSpec.of(recipe.training(), data.classes().size(), data.side()),
                        recipe.seed().derive("training").derive("initialization"),
                        context,
                        manager)) {
            return recipe.training().epochs() == 0
                    ? measured(event, devices, data, start, context, manager)
                    : trained(event, devices, data, start, context, manager);
        } catch (NonFiniteLossException | NonFiniteLogitsException e) {
            throw new WorkRejectedException("training failed: " + e.getMessage(), e);
        } catch (InvalidRecipeException e) {
            throw new WorkRejectedException(e.getMessage(), e);
        }
    }

    /** An imported network as it is. */
    private static TrainingReport measured(
            DatasetReady event,
            ComputeDevices devices,
            SplitImages data,
            StartingWeights start,
            StageContext context,
            NDManager manager) {
        TestMeasurement.Figures figures =
                figures(start.network(), start.weights(), devices, data, event, context, manager);
        ImportReport imported = ImportVerification.of(
                event.recipe().training().start(), start.layout(), figures.clean(), figures.robust());
        Accuracy heldOut = CleanAccuracy.measure(
                start.network().classifier(start.weights()), data.heldOut(), manager, EvaluationListener.NONE);
        return report(
                event,
                devices,
                start.network(),
                start.weights(),
                List.of(),
                heldOut,
                0,
                imported,
                figures,
                data,
                context,
                manager);
    }

    private TrainingReport trained(
            DatasetReady event,
            ComputeDevices devices,
            SplitImages data,
            StartingWeights start,
            StageContext context,
            NDManager manager) {
        Recipe recipe = event.recipe();
        NormalizedNetwork network = start.network();
        ImportReport imported = imported(event, devices, data, start, context, manager);
        TrainingPlan plan =
                TrainingPlan.of(network, recipe.training(), recipe.seed().derive("training"));
        try (ResumableTraining training = new ResumableTraining(
                plan,
                recipe.training(),
                data,
                start.weights(),
                config.checkpointInterval(),
                context,
                devices,
                manager)) {
            List<EpochReport> epochs = training.run();
            TestMeasurement.Figures figures =
                    figures(network, training.weights(), devices, data, event, context, manager);
            return report(
                    event,
                    devices,
                    network,
                    training.weights(),
                    epochs,
                    epochs.get(training.chosenEpoch() - 1).validation(),
                    training.chosenEpoch(),
                    imported,
                    figures,
                    data,
                    context,
                    manager);
        }
    }

    /** What a checkpoint reaches before it is trained; null for fresh weights. */
    private static ImportReport imported(
            DatasetReady event,
            ComputeDevices devices,
            SplitImages data,
            StartingWeights start,
            StageContext context,
            NDManager manager) {
        TrainingRecipe training = event.recipe().training();
        if (training.start() == null) {
            return null;
        }
        if (training.start().freshHead()) {
            return ImportVerification.of(training.start(), start.layout(), null, null);
        }
        try (NDManager scope = manager.newSubManager()) {
            TestMeasurement.Accuracies accuracies = new TestMeasurement(
                            DataParallel.folded(start.network(), start.weights(), devices.devices(), scope),
                            "the imported checkpoint",
                            testPlan(event, data),
                            context,
                            manager)
                    .accuracies();
            return ImportVerification.of(training.start(), start.layout(), accuracies.clean(), accuracies.robust());
        }
    }

    private static TestMeasurement.Figures figures(
            NormalizedNetwork network,
            StateDict weights,
            ComputeDevices devices,
            SplitImages data,
            DatasetReady event,
            StageContext context,
            NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            return new TestMeasurement(
                            DataParallel.folded(network, weights, devices.devices(), scope),
                            "test split",
                            testPlan(event, data),
                            context,
                            manager)
                    .measure();
        }
    }

    private static TestPlan testPlan(DatasetReady event, SplitImages data) {
        TrainingRecipe training = event.recipe().training();
        return new TestPlan(
                data.test(),
                data.classes(),
                SplitImages.preparation(training),
                training.measuresRobustness() ? training.evaluationAttack() : null,
                training.evaluation() == null ? TestPlan.NOTHING_ELSE : training.evaluation(),
                event.recipe().seed().derive("evaluation"));
    }

    private static TrainingReport report(
            DatasetReady event,
            ComputeDevices devices,
            NormalizedNetwork network,
            StateDict weights,
            List<EpochReport> epochs,
            Accuracy validation,
            int chosenEpoch,
            ImportReport imported,
            TestMeasurement.Figures figures,
            SplitImages data,
            StageContext context,
            NDManager manager) {
        ControlMeasurement controls = ControlMeasurement.of(network, weights, data, event, context, manager);
        List<String> notes = new ArrayList<>(figures.notes());
        if (event.recipe().training().selection().by().onTest()) {
            notes.add(CHOSEN_ON_TEST);
        }
        return new TrainingReport(
                store(network, weights, event, context),
                epochs,
                validation,
                figures.clean(),
                figures.robust(),
                controls.accuracies(),
                controls.ownership(),
                figures.evaluation(),
                chosenEpoch,
                imported,
                devices.names(),
                notes,
                figures.suspicions());
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
