package io.faultline.rift.finetuning;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.InvalidCheckpointException;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.Safetensors;
import io.faultline.vision.training.EpochResult;
import io.faultline.vision.training.TrainingListener;
import io.faultline.vision.training.TrainingLoop;
import io.faultline.vision.training.TrainingPlan;
import io.faultline.vision.training.TrainingState;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Training of one module's weight on clean images while everything else stays as it is, bit for bit (Zhu et al., ICCV 2023, Eq.
 * 8). It goes epoch by epoch, and can be kept and gone on with in between; the weight of the epoch with the highest clean
 * accuracy on the held-out split counts, of equal ones the earliest.
 *
 * @implNote The authors' script fine-tunes in training mode, so that the statistics of every batch norm move with the clean
 *     images, and picks the epoch on the test split. Here the batch norms run on their frozen statistics, and the split is the
 *     held-out one.
 */
public final class ModuleFineTuning implements AutoCloseable {
    private static final String BEST_EPOCH = "bestEpoch";
    private static final String BEST_CORRECT = "bestCorrect";
    private static final String BEST_WEIGHT = "best.weight";

    private final NDManager manager;
    private final Checkpoint start;
    private final NamedModule module;
    private final FineTuningRecipe recipe;
    private final LabeledImages heldOut;
    private final TrainingPlan plan;
    private final TrainingLoop loop;
    private TrainingState state;
    private Best best = new Best(0, -1, new float[0]);

    private record Best(int epoch, long correct, float[] weight) {}

    /**
     * What the module is trained on and chosen by.
     *
     * @param augmentation as in the training of the network
     * @param seed of data order and augmentation
     */
    public record Material(LabeledImages train, LabeledImages heldOut, AugmentationRecipe augmentation, Seed seed) {}

    /**
     * @param start θ_AT; stays the caller's and as it is
     * @param parent of the memory that the training takes
     */
    public ModuleFineTuning(
            Checkpoint start, NamedModule module, FineTuningRecipe recipe, Material material, NDManager parent) {
        manager = parent.newSubManager();
        this.start = start;
        this.module = module;
        this.recipe = recipe;
        heldOut = material.heldOut();
        plan = TrainingPlan.fineTuning(
                start.network(),
                module,
                BatchNormMode.RUNNING_STATISTICS,
                recipe,
                material.augmentation(),
                material.seed());
        loop = new TrainingLoop(plan, material.train(), manager);
        state = TrainingState.start(plan, start.state(), manager);
    }

    /**
     * Goes on from where {@link #export()} was called.
     *
     * @throws InvalidCheckpointException if the file was not written by it
     */
    public void restore(Safetensors file) {
        Safetensors.Tensor weight = file.tensors().get(BEST_WEIGHT);
        if (weight == null) {
            throw new InvalidCheckpointException("no tensor '" + BEST_WEIGHT + "' in the kept fine-tuning, but "
                    + file.tensors().keySet());
        }
        best = new Best(
                Integer.parseInt(file.metadata().get(BEST_EPOCH)),
                Long.parseLong(file.metadata().get(BEST_CORRECT)),
                weight.floats());
        state.close();
        state = TrainingState.restore(plan, file, manager);
    }

    /** Everything that the rest of the epochs needs, after at least one. */
    public Safetensors export() {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(BEST_EPOCH, Integer.toString(best.epoch()));
        metadata.put(BEST_CORRECT, Long.toString(best.correct()));
        Safetensors kept = state.export(metadata);
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>(kept.tensors());
        tensors.put(BEST_WEIGHT, Safetensors.Tensor.of(best.weight(), List.of((long) best.weight().length)));
        return new Safetensors(kept.metadata(), tensors);
    }

    public int epochsDone() {
        return state.epochsDone();
    }

    public boolean finished() {
        return state.epochsDone() >= recipe.epochs();
    }

    /** Images that an epoch trains on. */
    public int imagesPerEpoch() {
        return loop.imagesPerEpoch();
    }

    /** Trains an epoch and measures the result on the held-out split. */
    public Epoch runEpoch(TrainingListener listener, EvaluationListener evaluation) {
        EpochResult result = loop.runEpoch(state, listener);
        Accuracy clean;
        try (NDManager scope = manager.newSubManager()) {
            clean = CleanAccuracy.measure(start.network().folded(state.weights(), scope), heldOut, scope, evaluation);
        }
        if (clean.correct() > best.correct()) {
            best = new Best(
                    result.epoch(),
                    clean.correct(),
                    state.weights().get(module.weight()).toFloatArray());
        }
        return new Epoch(result, clean);
    }

    /**
     * An epoch of fine-tuning.
     *
     * @param heldOut clean accuracy after it
     */
    public record Epoch(EpochResult training, Accuracy heldOut) {}

    /** The epoch whose weight counts, from 1; 0 before the first. */
    public int bestEpoch() {
        return best.epoch();
    }

    /**
     * The fine-tuned weight, θ_FT.
     *
     * @throws IllegalStateException before the first epoch, or if any other tensor moved
     */
    public float[] weight() {
        if (best.epoch() == 0) {
            throw new IllegalStateException("no epoch was run; run at least one");
        }
        refuseOtherChanges();
        return best.weight().clone();
    }

    private void refuseOtherChanges() {
        Map<String, Safetensors.Tensor> before = start.state().export();
        Map<String, Safetensors.Tensor> after = state.weights().export();
        before.forEach((name, tensor) -> {
            if (!name.equals(module.weight())
                    && !Arrays.equals(tensor.bytes(), after.get(name).bytes())) {
                throw new IllegalStateException(
                        "fine-tuning of " + module.path() + " has moved " + name + ", which is frozen");
            }
        });
    }

    @Override
    public void close() {
        manager.close();
    }
}
