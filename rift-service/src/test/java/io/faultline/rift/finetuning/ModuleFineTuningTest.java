package io.faultline.rift.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.rift.GoldenNetwork;
import io.faultline.rift.finetuning.ModuleFineTuning.Epoch;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.Safetensors;
import io.faultline.vision.training.TrainingListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModuleFineTuningTest {
    private static final FineTuningRecipe RECIPE =
            new FineTuningRecipe(4, 8, new SgdRecipe(0.2, null, null, null), null);

    private final LabeledImages images = GoldenNetwork.cleanImages();
    private NDManager manager;
    private Checkpoint start;
    private NamedModule module;

    @BeforeEach
    void load() {
        manager = NDManager.newBaseManager();
        start = GoldenNetwork.checkpoint(manager);
        module = start.network().modules().get(new ModulePath("layer2.1.conv2"));
    }

    @AfterEach
    void free() {
        manager.close();
    }

    @Test
    void movesTheModulesWeightAloneAndLeavesTheStartAsItIs() {
        // Given
        var before = GoldenNetwork.bytes(start.state());
        float[] own = start.state().get(module.weight()).toFloatArray();

        try (ModuleFineTuning tuning = tuning()) {
            // When
            run(tuning);

            // Then: weight() itself refuses a change of any other tensor
            assertThat(tuning.weight()).hasSameSizeAs(own).isNotEqualTo(own);
            assertThat(GoldenNetwork.bytes(start.state())).isEqualTo(before);
        }
    }

    @Test
    void keepsTheEarliestEpochOfTheHighestHeldOutAccuracy() {
        try (ModuleFineTuning tuning = tuning()) {
            // When
            List<Epoch> epochs = run(tuning);

            // Then
            long highest = epochs.stream()
                    .mapToLong(epoch -> epoch.heldOut().correct())
                    .max()
                    .orElseThrow();
            assertThat(epochs).hasSize(4);
            assertThat(epochs.get(tuning.bestEpoch() - 1).heldOut().correct()).isEqualTo(highest);
            assertThat(epochs.subList(0, tuning.bestEpoch() - 1))
                    .allMatch(epoch -> epoch.heldOut().correct() < highest);
        }
    }

    @Test
    void theRateFallsToATenthAfterHalfOfTheEpochs() {
        try (ModuleFineTuning tuning = tuning()) {
            // When
            List<Epoch> epochs = run(tuning);

            // Then
            assertThat(epochs)
                    .extracting(epoch -> (float) epoch.training().learningRate())
                    .containsExactly(0.2f, 0.2f, 0.02f, 0.02f);
        }
    }

    @Test
    void goesOnFromAKeptEpochBitForBit() throws IOException {
        // Given
        float[] undisturbed;
        try (ModuleFineTuning tuning = tuning()) {
            run(tuning);
            undisturbed = tuning.weight();
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        try (ModuleFineTuning tuning = tuning()) {
            tuning.runEpoch(TrainingListener.NONE, EvaluationListener.NONE);
            tuning.export().writeTo(kept);
        }

        try (ModuleFineTuning resumed = tuning()) {
            // When
            resumed.restore(Safetensors.read(new ByteArrayInputStream(kept.toByteArray())));
            int done = resumed.epochsDone();
            run(resumed);

            // Then
            assertThat(done).isEqualTo(1);
            assertThat(resumed.weight()).isEqualTo(undisturbed);
        }
    }

    @Test
    void leavesNoMemoryBehind() {
        // Given
        tuning().close();
        int arrays = manager.getManagedArrays().size();

        // When
        try (ModuleFineTuning tuning = tuning()) {
            run(tuning);
        }

        // Then
        assertThat(manager.getManagedArrays()).hasSize(arrays);
    }

    @Test
    void thereIsNoWeightBeforeTheFirstEpoch() {
        try (ModuleFineTuning tuning = tuning()) {
            assertThatThrownBy(tuning::weight)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no epoch was run; run at least one");
        }
    }

    private ModuleFineTuning tuning() {
        return new ModuleFineTuning(
                start,
                module,
                RECIPE,
                new ModuleFineTuning.Material(images, images, new AugmentationRecipe(1, true), Seed.of(3)),
                manager);
    }

    private static List<Epoch> run(ModuleFineTuning tuning) {
        List<Epoch> epochs = new ArrayList<>();
        while (!tuning.finished()) {
            epochs.add(tuning.runEpoch(TrainingListener.NONE, EvaluationListener.NONE));
        }
        return epochs;
    }
}
