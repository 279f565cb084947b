package io.faultline.trainer;

import ai.djl.ndarray.NDManager;
import io.faultline.json.FaultlineJson;
import io.faultline.report.Accuracy;
import io.faultline.report.EpochReport;
import io.faultline.vision.batch.SplitImages;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.network.InvalidCheckpointException;
import io.faultline.vision.network.Safetensors;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.training.EpochResult;
import io.faultline.vision.training.TrainingListener;
import io.faultline.vision.training.TrainingLoop;
import io.faultline.vision.training.TrainingPlan;
import io.faultline.vision.training.TrainingState;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A training that leaves a checkpoint after each epoch and goes on from the last one, to the same weights bit for bit as if
 * it had never been interrupted.
 */
final class ResumableTraining implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ResumableTraining.class);
    private static final String CHECKPOINT = "training";
    private static final String EPOCHS = "epochs";

    private final TrainingPlan plan;
    private final SplitImages data;
    private final TrainingLoop loop;
    private final StageContext context;
    private final NDManager manager;
    private final List<EpochReport> epochs = new ArrayList<>();
    private final TrainingState state;

    ResumableTraining(TrainingPlan plan, SplitImages data, StageContext context, NDManager manager) {
        this.plan = plan;
        this.data = data;
        this.context = context;
        this.manager = manager;
        loop = new TrainingLoop(plan, data.train(), manager);
        state = resume().orElseGet(this::start);
    }

    /** Trains what is left of the plan's epochs. */
    List<EpochReport> run() {
        while (state.epochsDone() < plan.epochs()) {
            epochs.add(epoch());
            context.checkpoints().write(CHECKPOINT, out -> state.export(Map.of(EPOCHS, reports()))
                    .writeTo(out));
        }
        return List.copyOf(epochs);
    }

    /** The weights as they are now. */
    StateDict weights() {
        return state.weights();
    }

    private EpochReport epoch() {
        ProgressPhase phase = context.beginPhase(
                "epoch " + (state.epochsDone() + 1) + " of " + plan.epochs(),
                loop.imagesPerEpoch() + data.heldOut().size(),
                "images");
        EpochResult result = loop.runEpoch(state, new TrainingListener() {
            @Override
            public void computing() {
                context.throwIfStopped();
            }

            @Override
            public void stepped(int images, double loss) {
                phase.advance(images);
                phase.measured("loss", loss);
            }
        });
        Accuracy validation =
                CleanAccuracy.measure(plan.network().classifier(state.weights()), data.heldOut(), manager, images -> {
                    phase.advance(images);
                    context.throwIfStopped();
                });
        phase.measured("loss", result.loss());
        phase.measured("trainAccuracy", result.accuracy().percent());
        phase.measured("validationAccuracy", validation.percent());
        LOG.infof(
                "epoch ended epoch=%d of=%d loss=%.4f train=%.2f%% validation=%.2f%% seconds=%.1f jobId=%s",
                result.epoch(),
                plan.epochs(),
                result.loss(),
                result.accuracy().percent(),
                validation.percent(),
                result.seconds(),
                context.jobId());
        return new EpochReport(
                result.epoch(), result.learningRate(), result.loss(), result.accuracy(), validation, result.seconds());
    }

    private TrainingState start() {
        try (StateDict fresh = plan.network().initialize(plan.seed().derive("initialization"), manager)) {
            return TrainingState.start(plan, fresh, manager);
        }
    }

    private Optional<TrainingState> resume() {
        Optional<InputStream> checkpoint = context.checkpoints().open(CHECKPOINT);
        if (checkpoint.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = checkpoint.get()) {
            Safetensors file = Safetensors.read(in);
            TrainingState resumed = TrainingState.restore(plan, file, manager);
            epochs.addAll(reports(file));
            LOG.infof("training goes on after epoch=%d jobId=%s", resumed.epochsDone(), context.jobId());
            return Optional.of(resumed);
        } catch (InvalidCheckpointException e) {
            // another version's: what it stands for can be computed again
            LOG.warnf("the training starts over, since its checkpoint cannot be used: %s", e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String reports() {
        return new String(FaultlineJson.canonicalBytes(epochs), StandardCharsets.UTF_8);
    }

    private static List<EpochReport> reports(Safetensors file) {
        String json = file.metadata().getOrDefault(EPOCHS, "[]");
        return Arrays.asList(FaultlineJson.read(json.getBytes(StandardCharsets.UTF_8), EpochReport[].class));
    }

    @Override
    public void close() {
        state.close();
    }
}
