package io.faultline.rift.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.BatchNormStatistics;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.report.FineTuningEpoch;
import io.faultline.rift.GoldenNetwork;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.training.TrainingListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModuleFineTuningTest {
    private final LabeledImages images = GoldenNetwork.cleanImages();
    private NDManager manager;
    private Checkpoint start;
    private List<NamedModule> modules;

    @BeforeEach
    void load() {
        manager = NDManager.newBaseManager();
        start = GoldenNetwork.checkpoint(manager);
        modules = Stream.of("conv1", "layer2.1.conv2", "linear")
                .map(name -> start.network().modules().get(new ModulePath(name)))
                .toList();
    }

    @AfterEach
    void free() {
        manager.close();
    }

    /** fineTuned() itself refuses a change of any other tensor. */
    @Test
    void withFrozenStatisticsTheModulesWeightsAloneMove() {
        // Given
        var before = GoldenNetwork.bytes(start.state());

        try (ModuleFineTuning tuning = tuning(modules, BatchNormStatistics.FROZEN)) {
            // When
            run(tuning);

            // Then
            assertThat(tuning.fineTuned()).containsOnlyKeys("conv1.weight", "layer2.1.conv2.weight", "linear.weight");
            assertThat(moved(tuning)).isEqualTo(tuning.fineTuned().keySet());
            assertThat(GoldenNetwork.bytes(start.state())).isEqualTo(before);
        }
    }

    @Test
    void withMovingStatisticsTheseMoveTooAndNoBias() {
        // Given
        Set<String> weightsAndStatistics = new HashSet<>(start.network().buffers());
        modules.forEach(module -> weightsAndStatistics.add(module.weight()));

        try (ModuleFineTuning tuning = tuning(modules, BatchNormStatistics.MOVING)) {
            // When
            run(tuning);

            // Then
            assertThat(moved(tuning)).isEqualTo(weightsAndStatistics);
            assertThat(tuning.fineTuned().keySet()).isEqualTo(weightsAndStatistics);
        }
    }

    @Test
    void withoutAModuleTheStatisticsAloneMove() {
        try (ModuleFineTuning tuning = tuning(List.of(), BatchNormStatistics.MOVING)) {
            // When
            run(tuning);

            // Then
            assertThat(moved(tuning))
                    .isEqualTo(Set.copyOf(start.network().buffers()))
                    .isEqualTo(tuning.fineTuned().keySet());
        }
    }

    @Test
    void fineTuningThatWouldMoveNothingIsRefused() {
        assertThatThrownBy(() -> tuning(List.of(), BatchNormStatistics.FROZEN))
                .isInstanceOf(InvalidRecipeException.class)
                .hasMessage("rift.choice.rule is none; allowed: a rule that chooses a module; none only where"
                        + " fineTuning.batchNorm is \"moving\" and the network has batch norms, else nothing would"
                        + " change");
    }

    @Test
    void keepsTheEarliestEpochOfTheHighestAccuracy() {
        try (ModuleFineTuning tuning = tuning(modules, BatchNormStatistics.FROZEN)) {
            // When
            run(tuning);

            // Then
            List<FineTuningEpoch> epochs = tuning.epochs();
            long highest = epochs.stream()
                    .mapToLong(epoch -> epoch.clean().correct())
                    .max()
                    .orElseThrow();
            assertThat(epochs).extracting(FineTuningEpoch::epoch).containsExactly(1, 2, 3, 4);
            assertThat(epochs.get(tuning.bestEpoch() - 1).clean().correct()).isEqualTo(highest);
            assertThat(epochs.subList(0, tuning.bestEpoch() - 1))
                    .allMatch(epoch -> epoch.clean().correct() < highest);
        }
    }

    @ParameterizedTest
    @EnumSource(BatchNormStatistics.class)
    void goesOnFromAnyKeptEpochBitForBit(BatchNormStatistics statistics) {
        // Given
        Map<String, Safetensors.Tensor> undisturbed;
        List<FineTuningEpoch> epochs;
        try (ModuleFineTuning tuning = tuning(modules, statistics)) {
            run(tuning);
            undisturbed = tuning.fineTuned();
            epochs = tuning.epochs();
        }

        // When: after each epoch another one goes on
        Safetensors kept = null;
        for (int epoch = 0; epoch < 4; epoch++) {
            try (ModuleFineTuning tuning = tuning(modules, statistics)) {
                if (kept != null) {
                    tuning.restore(kept);
                }
                assertThat(tuning.epochsDone()).isEqualTo(epoch);
                tuning.runEpoch(TrainingListener.NONE, EvaluationListener.NONE);
                kept = throughAFile(tuning.export());
            }
        }

        // Then
        try (ModuleFineTuning last = tuning(modules, statistics)) {
            last.restore(kept);
            assertThat(last.finished()).isTrue();
            assertThat(last.epochs()).isEqualTo(epochs);
            assertThat(bytes(last.fineTuned())).isEqualTo(bytes(undisturbed));
        }
    }

    @Test
    void goesOnWithStatisticsAlone() {
        // Given
        Safetensors kept;
        Map<String, Safetensors.Tensor> undisturbed;
        try (ModuleFineTuning tuning = tuning(List.of(), BatchNormStatistics.MOVING)) {
            tuning.runEpoch(TrainingListener.NONE, EvaluationListener.NONE);
            kept = throughAFile(tuning.export());
            run(tuning);
            undisturbed = tuning.fineTuned();
        }

        try (ModuleFineTuning resumed = tuning(List.of(), BatchNormStatistics.MOVING)) {
            // When
            resumed.restore(kept);
            run(resumed);

            // Then
            assertThat(bytes(resumed.fineTuned())).isEqualTo(bytes(undisturbed));
        }
    }

    @Test
    void anotherFileIsRefused() {
        try (ModuleFineTuning tuning = tuning(modules, BatchNormStatistics.FROZEN)) {
            assertThatThrownBy(() -> tuning.restore(new Safetensors(Map.of("a", "b"), Map.of())))
                    .isInstanceOf(InvalidCheckpointException.class)
                    .hasMessage("no 'fineTuning.epochs' in the kept fine-tuning, but [a]");
        }
    }

    @Test
    void leavesNoMemoryBehind() {
        // Given
        tuning(modules, BatchNormStatistics.MOVING).close();
        int arrays = manager.getManagedArrays().size();

        // When
        try (ModuleFineTuning tuning = tuning(modules, BatchNormStatistics.MOVING)) {
            run(tuning);
        }

        // Then
        assertThat(manager.getManagedArrays()).hasSize(arrays);
    }

    @Test
    void thereIsNothingBeforeTheFirstEpoch() {
        try (ModuleFineTuning tuning = tuning(modules, BatchNormStatistics.FROZEN)) {
            assertThat(tuning.bestEpoch()).isZero();
            assertThatThrownBy(tuning::fineTuned)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no epoch was run; run at least one");
        }
    }

    private ModuleFineTuning tuning(List<NamedModule> chosen, BatchNormStatistics statistics) {
        return new ModuleFineTuning(
                start,
                chosen,
                new FineTuningRecipe(4, 8, new SgdRecipe(0.2, null, null, null), statistics),
                new ModuleFineTuning.Material(images, images, new AugmentationRecipe(1, true), Seed.of(3)),
                manager);
    }

    private static void run(ModuleFineTuning tuning) {
        while (!tuning.finished()) {
            tuning.runEpoch(TrainingListener.NONE, EvaluationListener.NONE);
        }
    }

    /** The names of the result's tensors that differ from the start's. */
    private Set<String> moved(ModuleFineTuning tuning) {
        Map<String, Safetensors.Tensor> before = start.state().export();
        Set<String> moved = new HashSet<>();
        tuning.fineTuned().forEach((name, tensor) -> {
            if (!bytes(tensor).equals(bytes(before.get(name)))) {
                moved.add(name);
            }
        });
        return moved;
    }

    private static Safetensors throughAFile(Safetensors file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            file.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Safetensors.read(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private static Map<String, ByteBuffer> bytes(Map<String, Safetensors.Tensor> tensors) {
        Map<String, ByteBuffer> bytes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> bytes.put(name, bytes(tensor)));
        return bytes;
    }

    private static ByteBuffer bytes(Safetensors.Tensor tensor) {
        return ByteBuffer.wrap(tensor.bytes());
    }
}
