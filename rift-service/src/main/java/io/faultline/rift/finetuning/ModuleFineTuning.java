package io.faultline.rift.finetuning;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.BatchNormStatistics;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SelectionRecipe.Criterion;
import io.faultline.report.Accuracy;
import io.faultline.report.FineTuningEpoch;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import io.faultline.vision.training.CheckpointSelection;
import io.faultline.vision.training.EpochResult;
import io.faultline.vision.training.TrainingListener;
import io.faultline.vision.training.TrainingLoop;
import io.faultline.vision.training.TrainingPlan;
import io.faultline.vision.training.TrainingState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Training of some modules' weights on clean images while everything else stays as it is, bit for bit (Zhu et al., ICCV 2023, Eq.
 * 8). It goes epoch by epoch, and can be kept and gone on with in between; the tensors of the epoch with the highest clean
 * accuracy on the choosing split count, of equal ones the earliest.
 *
 * <p>With {@link BatchNormStatistics#FROZEN} the network runs on its running statistics, and the modules' weights alone move. With
 * {@link BatchNormStatistics#MOVING} it runs on its batches' statistics, and the running ones of every batch norm follow the clean
 * images: the weights and {@code running_mean}, {@code running_var} and {@code num_batches_tracked} move; without a module, these
 * alone do.
 *
 * @implNote The authors' script moves the statistics and chooses the epoch on the test split. Of a linear layer it trains the bias
 *     too, since it looks for a part of a name; here it is the weight alone, which is what the paper calls a module (Def. 3.1) and
 *     what criticality was measured of. Convolutions of the paper's networks have no bias.
 */
public final class ModuleFineTuning implements AutoCloseable {
    private static final String EPOCHS = "fineTuning.epochs";
    private static final CheckpointSelection BEST_EPOCH = new CheckpointSelection(Criterion.HELD_OUT, 1, 0);

    private final NDManager manager;
    private final Checkpoint start;
    private final Set<String> moving;
    private final LabeledImages choosing;
    private final TrainingPlan plan;
    private final TrainingLoop loop;
    private final List<FineTuningEpoch> epochs = new ArrayList<>();
    private TrainingState state;

    /**
     * What the modules are trained on and the epoch is chosen by.
     *
     * @param choosing held-out or, as in the authors' script, test images
     * @param augmentation as in the training of the network
     * @param seed of data order and augmentation
     */
    public record Material(LabeledImages train, LabeledImages choosing, AugmentationRecipe augmentation, Seed seed) {}

    /**
     * @param start θ_AT; stays the caller's and as it is
     * @param modules whose weights move; none where only statistics do
     * @param parent of the memory that the training takes
     * @throws InvalidRecipeException if neither weights nor statistics would move
     */
    public ModuleFineTuning(
            Checkpoint start, List<NamedModule> modules, FineTuningRecipe recipe, Material material, NDManager parent) {
        this.start = start;
        choosing = material.choosing();
        plan = TrainingPlan.fineTuning(start.network(), modules, recipe, material.augmentation(), material.seed())
                .with(BEST_EPOCH);
        moving = new HashSet<>(plan.trained());
        if (recipe.batchNorm() == BatchNormStatistics.MOVING) {
            moving.addAll(start.network().buffers());
        }
        if (moving.isEmpty()) {
            throw new InvalidRecipeException(
                    "rift.choice.rule",
                    "none",
                    "a rule that chooses a module; none only where fineTuning.batchNorm is \"moving\" and the network has"
                            + " batch norms, else nothing would change");
        }
        manager = parent.newSubManager();
        loop = new TrainingLoop(plan, material.train(), manager);
        state = TrainingState.start(plan, start.state(), manager);
    }

    /**
     * Goes on from where {@link #export()} was called.
     *
     * @throws InvalidCheckpointException if the file was not written by it
     */
    public void restore(Safetensors file) {
        String kept = file.metadata().get(EPOCHS);
        if (kept == null) {
            throw new InvalidCheckpointException("no '" + EPOCHS + "' in the kept fine-tuning, but "
                    + file.metadata().keySet());
        }
        TrainingState restored = TrainingState.restore(plan, file, manager);
        state.close();
        state = restored;
        epochs.clear();
        epochs.addAll(List.of(FaultlineJson.read(kept.getBytes(StandardCharsets.UTF_8), FineTuningEpoch[].class)));
    }

    /** Everything that the rest of the epochs needs. */
    public Safetensors export() {
        return state.export(Map.of(EPOCHS, new String(FaultlineJson.canonicalBytes(epochs), StandardCharsets.UTF_8)));
    }

    public int epochsDone() {
        return state.epochsDone();
    }

    public boolean finished() {
        return state.finished();
    }

    /** Images that an epoch trains on. */
    public int imagesPerEpoch() {
        return loop.imagesPerEpoch();
    }

    /** Trains an epoch and measures the result on the choosing split. */
    public FineTuningEpoch runEpoch(TrainingListener listener, EvaluationListener evaluation) {
        EpochResult result = loop.runEpoch(state, listener);
        Accuracy clean;
        try (NDManager scope = manager.newSubManager()) {
            clean = CleanAccuracy.measure(start.network().folded(state.weights(), scope), choosing, scope, evaluation);
        }
        state.measured(clean);
        FineTuningEpoch epoch = new FineTuningEpoch(result.epoch(), result.loss(), clean);
        epochs.add(epoch);
        return epoch;
    }

    /** The epochs so far, those before a restart included. */
    public List<FineTuningEpoch> epochs() {
        return List.copyOf(epochs);
    }

    /** The epoch whose tensors count, from 1; 0 before the first. */
    public int bestEpoch() {
        return state.selectedEpoch();
    }

    /**
     * The tensors of θ_FT that may differ from θ_AT's, by name, in the network's order: the modules' weights, and the running
     * statistics where they move.
     *
     * @throws IllegalStateException before the first epoch, or if any other tensor moved
     */
    public Map<String, Safetensors.Tensor> fineTuned() {
        if (state.epochsDone() == 0) {
            throw new IllegalStateException("no epoch was run; run at least one");
        }
        refuseOtherChanges(state.weights());
        refuseOtherChanges(state.selected());
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (String name : state.selected().names()) {
            if (moving.contains(name)) {
                tensors.put(name, Tensors.save(state.selected().get(name)));
            }
        }
        return tensors;
    }

    private void refuseOtherChanges(StateDict after) {
        for (String name : after.names()) {
            if (!moving.contains(name)
                    && !Arrays.equals(
                            Tensors.save(start.state().get(name)).bytes(),
                            Tensors.save(after.get(name)).bytes())) {
                throw new IllegalStateException("fine-tuning has moved " + name + ", which is frozen; only "
                        + plan.trained() + (moving.size() > plan.trained().size() ? " and running statistics" : "")
                        + " may move");
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
