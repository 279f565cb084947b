package io.faultline.trainer;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SelectionRecipe.Criterion;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.EpochReport;
import io.faultline.vision.ComputeDevices;
import io.faultline.vision.batch.SplitImages;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.DataParallel;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.training.EpochResult;
import io.faultline.vision.training.Pause;
import io.faultline.vision.training.TrainingListener;
import io.faultline.vision.training.TrainingLoop;
import io.faultline.vision.training.TrainingPlan;
import io.faultline.vision.training.TrainingState;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageStoppedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A training that leaves a checkpoint now and then, after each epoch, and when it is told to stop, and goes on from the last one to
 * the same weights bit for bit as if it had never been interrupted.
 */
final class ResumableTraining implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ResumableTraining.class);
    private static final String CHECKPOINT = "training";
    private static final String EPOCHS = "epochs";

    private final TrainingPlan plan;
    private final TrainingRecipe recipe;
    private final SplitImages data;
    private final TrainingLoop loop;
    private final StageContext context;
    private final ComputeDevices devices;
    private final NDManager manager;
    private final Duration interval;
    private final List<EpochReport> epochs = new ArrayList<>();
    private final TrainingState state;

    /**
     * @param start weights it begins with, unless it has begun before
     * @param interval between two checkpoints within an epoch
     * @param devices the manager's first
     */
    ResumableTraining(
            TrainingPlan plan,
            TrainingRecipe recipe,
            SplitImages data,
            StateDict start,
            Duration interval,
            StageContext context,
            ComputeDevices devices,
            NDManager manager) {
        this.plan = plan;
        this.recipe = recipe;
        this.data = data;
        this.interval = interval;
        this.context = context;
        this.devices = devices;
        this.manager = manager;
        loop = new TrainingLoop(plan, data.train(), devices, manager);
        state = resume().orElseGet(() -> TrainingState.start(plan, start, manager));
    }

    /** Trains what is left of the plan's epochs. */
    List<EpochReport> run() {
        while (!state.finished()) {
            epochs.add(epoch());
            keep();
        }
        return List.copyOf(epochs);
    }

    /** The weights that the plan selects. */
    StateDict weights() {
        return state.selected();
    }

    /** Whose weights they are, counted from 1; 0 for those it began with. */
    int chosenEpoch() {
        return state.selectedEpoch();
    }

    private EpochReport epoch() {
        ProgressPhase phase = context.beginPhase(
                "epoch " + (state.epochsDone() + 1) + " of " + plan.epochs(),
                loop.imagesPerEpoch() + data.heldOut().size(),
                "images");
        phase.resume(
                Math.min((long) state.stepsDone() * recipe.accumulation() * plan.batchSize(), loop.imagesPerEpoch()));
        EpochResult result = train(phase);
        Accuracy validation = clean(data.heldOut(), phase::advance);
        phase.measured("loss", result.loss());
        phase.measured("trainAccuracy", result.accuracy().percent());
        phase.measured("validationAccuracy", validation.percent());
        Accuracy judged = judge(validation);
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
                result.epoch(),
                result.learningRate(),
                result.loss(),
                result.accuracy(),
                validation,
                judged,
                result.seconds());
    }

    private EpochResult train(ProgressPhase phase) {
        TrainingListener listener = new TrainingListener() {
            @Override
            public void computing() {
                context.throwIfStopped();
            }

            @Override
            public void stepped(int images, double loss) {
                phase.advance(images);
                phase.measured("loss", loss);
            }
        };
        try {
            Optional<EpochResult> ended = loop.run(state, listener, Pause.after(interval));
            while (ended.isEmpty()) {
                keep();
                ended = loop.run(state, listener, Pause.after(interval));
            }
            return ended.get();
        } catch (StageStoppedException stopped) {
            if (wholeSteps()) {
                // the signal interrupts this thread too, and a file cannot be written by an interrupted one
                Thread.interrupted();
                keep();
            }
            throw stopped;
        }
    }

    /**
     * Whether a step that is stopped in the middle leaves the state as it was: not the later batches of one step, nor an attack that
     * moves running statistics.
     */
    private boolean wholeSteps() {
        return recipe.accumulation() == 1 && recipe.objective() != Objective.DECONVOLUTION;
    }

    /** Measures by what the plan selects, where it is due. */
    private Accuracy judge(Accuracy validation) {
        if (!state.measurementDue()) {
            return null;
        }
        Criterion by = plan.selection().by();
        Accuracy judged =
                switch (by) {
                    case HELD_OUT -> validation;
                    case HELD_OUT_ROBUST -> robust(data.heldOut());
                    case TEST ->
                        clean(
                                data.test(),
                                context.beginPhase(
                                        "choosing by test images", data.test().size(), "images")::advance);
                    case TEST_ROBUST -> robust(data.test());
                    case LAST -> throw new IllegalStateException("nothing is measured to choose the last epoch by");
                };
        state.measured(judged);
        return judged;
    }

    private Accuracy clean(LabeledImages images, EvaluationListener listener) {
        return CleanAccuracy.measure(plan.network().classifier(state.averaged()), images, manager, measured -> {
            listener.measured(measured);
            context.throwIfStopped();
        });
    }

    private Accuracy robust(LabeledImages images) {
        AttackRecipe attack = recipe.evaluationAttack();
        Seed starts = plan.seed().derive("selection").derive(state.epochsDone());
        ProgressPhase phase = context.beginPhase(
                "attacking after epoch " + state.epochsDone() + " of " + plan.epochs(), images.size(), "images");
        try (NDManager scope = manager.newSubManager()) {
            Classifier folded = DataParallel.folded(plan.network(), state.averaged(), devices.devices(), scope);
            return RobustAccuracy.measure(
                            asked -> {
                                context.throwIfStopped();
                                return folded.logits(asked);
                            },
                            attack,
                            images,
                            starts,
                            manager,
                            phase::advance)
                    .robust();
        }
    }

    private void keep() {
        context.checkpoints().write(CHECKPOINT, out -> state.export(Map.of(EPOCHS, reports()))
                .writeTo(out));
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
            LOG.infof(
                    "training goes on after epoch=%d step=%d jobId=%s",
                    resumed.epochsDone(), resumed.stepsDone(), context.jobId());
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
