package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.BatchNormStatistics;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.UnsuitableImagesException;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingLoopTest {
    private static final Seed SEED = Seed.of(9);
    // three steps each: enough for the running statistics to forget where they started
    private static final int EPOCHS = 15;

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NormalizedNetwork network =
            NormalizedNetwork.of(new NetworkSpec(Architecture.RESNET18, 2, 2, Normalization.NONE));
    private final LabeledImages data =
            TinyImages.twoClasses(Seed.of(1), 35, 20, 8).train();

    @AfterEach
    void close() {
        manager.close();
    }

    /** But for DAT, whose filters may turn light into dark, which is all that these classes differ by. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DECONVOLUTION")
    void learnsWhatIsEasy(Objective objective) {
        // Given
        TrainingPlan plan = plan(objective, EPOCHS, 0.05);
        TrainingLoop loop = new TrainingLoop(plan, data, manager);
        try (TrainingState state = start(plan)) {
            // When
            EpochResult last = null;
            for (int epoch = 1; epoch <= EPOCHS; epoch++) {
                last = loop.runEpoch(state, TrainingListener.NONE);
            }
            // Then
            assertThat(last.epoch()).isEqualTo(EPOCHS);
            assertThat(last.accuracy().total()).isEqualTo(70);
            assertThat(last.accuracy().percent()).isGreaterThan(85);
            assertThat(CleanAccuracy.measure(
                                    network.classifier(state.weights()),
                                    TinyImages.twoClasses(Seed.of(1), 35, 20, 8).test(),
                                    manager,
                                    EvaluationListener.NONE)
                            .percent())
                    .isGreaterThan(85);
        }
    }

    @ParameterizedTest
    @EnumSource(Objective.class)
    void aTrainingThatWasInterruptedEndsBitForBitLikeOneThatWasNot(Objective objective) throws IOException {
        // Given
        TrainingPlan plan = plan(objective, 3, 0.05);
        TrainingLoop loop = new TrainingLoop(plan, data, manager);
        byte[] undisturbed;
        try (TrainingState state = start(plan)) {
            for (int epoch = 0; epoch < 3; epoch++) {
                loop.runEpoch(state, TrainingListener.NONE);
            }
            undisturbed = bytes(state);
        }
        byte[] kept;
        try (TrainingState state = start(plan)) {
            loop.runEpoch(state, TrainingListener.NONE);
            kept = bytes(state);
            // the process dies in the middle of the second epoch
            TrainingListener stop = new TrainingListener() {
                @Override
                public void stepped(int images, double loss) {
                    throw new IllegalStateException("stopped");
                }
            };
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> loop.runEpoch(state, stop));
        }
        // When
        try (TrainingState state =
                TrainingState.restore(plan, Safetensors.read(new ByteArrayInputStream(kept)), manager)) {
            TrainingLoop another = new TrainingLoop(plan, data, manager);
            another.runEpoch(state, TrainingListener.NONE);
            another.runEpoch(state, TrainingListener.NONE);
            // Then
            assertThat(bytes(state)).isEqualTo(undisturbed);
        }
    }

    @Test
    void fineTuningMovesNothingButTheModule() {
        // Given
        NamedModule module = network.modules().get(new ModulePath("layer2.1.conv2"));
        TrainingPlan plan = TrainingPlan.fineTuning(
                network,
                List.of(module),
                new FineTuningRecipe(1, 16, new SgdRecipe(0.1, null, null, null), null),
                new AugmentationRecipe(0, false),
                SEED);
        try (TrainingState state = start(plan);
                StateDict before = state.weights().copy(manager)) {
            // When
            new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
            // Then
            for (String name : before.names()) {
                assertThat(state.weights().get(name).contentEquals(before.get(name)))
                        .as(name)
                        .isEqualTo(!name.equals("layer2.1.conv2.weight"));
            }
        }
    }

    @Test
    void withoutAModuleFineTuningMovesTheRunningStatisticsAlone() {
        // Given
        TrainingPlan plan = TrainingPlan.fineTuning(
                network,
                List.of(),
                new FineTuningRecipe(1, 16, new SgdRecipe(0.1, null, null, 1.0), BatchNormStatistics.MOVING),
                new AugmentationRecipe(0, false),
                SEED);
        try (TrainingState state = start(plan);
                StateDict before = state.weights().copy(manager)) {
            // When
            new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
            // Then
            for (String name : before.names()) {
                assertThat(state.weights().get(name).contentEquals(before.get(name)))
                        .as(name)
                        .isEqualTo(!network.buffers().contains(name));
            }
        }
    }

    @Test
    void fineTuningHalvesItsEpochsByATenthOfTheRate() {
        // Given
        NamedModule module = network.modules().get(new ModulePath("conv1"));
        TrainingPlan plan = TrainingPlan.fineTuning(
                network,
                List.of(module),
                new FineTuningRecipe(4, 70, new SgdRecipe(0.01, null, null, null), BatchNormStatistics.MOVING),
                new AugmentationRecipe(0, false),
                SEED);
        TrainingLoop loop = new TrainingLoop(plan, data, manager);
        List<Double> rates = new ArrayList<>();
        // When
        try (TrainingState state = start(plan)) {
            for (int epoch = 0; epoch < 4; epoch++) {
                rates.add(loop.runEpoch(state, TrainingListener.NONE).learningRate());
            }
        }
        // Then
        assertThat(rates).containsExactly(0.01, 0.01, 0.001, 0.001);
    }

    @Test
    void saysWhereTheLossStoppedBeingFinite() {
        // Given
        TrainingPlan plan = plan(Objective.ERM, 3, 100);
        List<Double> losses = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(int images, double loss) {
                losses.add(loss);
            }
        };
        try (TrainingState state = start(plan)) {
            // a weight that no training recovers from
            state.weights()
                    .put("linear.weight", state.weights().get("linear.weight").mul(Float.POSITIVE_INFINITY));
            TrainingLoop loop = new TrainingLoop(plan, data, manager);
            // Then
            assertThatExceptionOfType(NonFiniteLossException.class)
                    .isThrownBy(() -> loop.runEpoch(state, listener))
                    .withMessage("loss is NaN at epoch 1, step 1 (last finite none);"
                            + " lower the learning rate or set clipNorm")
                    .satisfies(e -> assertThat(e.step()).isEqualTo(1));
            assertThat(losses).isEmpty();
        }
    }

    @Test
    void anEpochLeavesNoArrayBehind() {
        // Given
        TrainingPlan plan = plan(Objective.ADVERSARIAL, 3, 0.05);
        TrainingLoop loop = new TrainingLoop(plan, data, manager);
        try (TrainingState state = start(plan)) {
            loop.runEpoch(state, TrainingListener.NONE); // the first makes the momentum buffers
            int before = manager.getManagedArrays().size();
            // When
            loop.runEpoch(state, TrainingListener.NONE);
            // Then
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void reportsEachBatchOnceAndEveryPassBeforeIt() {
        // Given
        TrainingPlan plan = plan(Objective.ADVERSARIAL, 1, 0.05);
        List<Object> heard = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void computing() {
                heard.add("pass");
            }

            @Override
            public void stepped(int images, double loss) {
                heard.add(images);
            }
        };
        // When
        try (TrainingState state = start(plan)) {
            new TrainingLoop(plan, data, manager).runEpoch(state, listener);
        }
        // Then: two attack steps and one training step for each batch
        assertThat(heard)
                .containsExactly("pass", "pass", "pass", 32, "pass", "pass", "pass", 32, "pass", "pass", "pass", 6);
    }

    @Test
    void leavesOutALastBatchOfOneImage() {
        // Given
        TrainingPlan plan = plan(Objective.ERM, 1, 0.05);
        TrainingLoop loop =
                new TrainingLoop(plan, data.select(IntStream.range(0, 65).toArray()), manager);
        // When
        try (TrainingState state = start(plan)) {
            EpochResult result = loop.runEpoch(state, TrainingListener.NONE);
            // Then
            assertThat(loop.stepsPerEpoch()).isEqualTo(2);
            assertThat(result.accuracy().total()).isEqualTo(64).isEqualTo(loop.imagesPerEpoch());
        }
    }

    @Test
    void refusesASingleImage() {
        assertThatExceptionOfType(UnsuitableImagesException.class)
                .isThrownBy(() -> new TrainingLoop(plan(Objective.ERM, 1, 0.05), data.select(new int[] {0}), manager))
                .withMessage("there is one image to train on; at least two are needed");
    }

    @Test
    void refusesAStateOfAnotherNetwork() {
        // Given
        TrainingPlan plan = plan(Objective.ERM, 1, 0.05);
        Safetensors other = new Safetensors(Map.of("epochsDone", "1"), Map.of());
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> TrainingState.restore(plan, other, manager))
                .withMessageContaining("'conv1.weight' is missing");
    }

    private TrainingPlan plan(Objective objective, int epochs, double rate) {
        return TrainingPlan.of(
                network,
                new TrainingRecipe(
                        null,
                        2,
                        objective,
                        AttackRecipe.PGD_10.withSteps(2),
                        null,
                        epochs,
                        32,
                        new SgdRecipe(rate, null, null, 5.0),
                        null,
                        new AugmentationRecipe(1, false),
                        Normalization.NONE,
                        null),
                SEED);
    }

    private TrainingState start(TrainingPlan plan) {
        try (StateDict fresh = network.initialize(Seed.of(1), manager)) {
            return TrainingState.start(plan, fresh, manager);
        }
    }

    private static byte[] bytes(TrainingState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        state.export(Map.of()).writeTo(out);
        return out.toByteArray();
    }
}
