package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.ScheduleRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SelectionRecipe.Criterion;
import io.faultline.report.Accuracy;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.LinfBall;
import io.faultline.vision.attack.ProjectedGradientDescent;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training that is killed in the middle of its epochs ends bit for bit like one that is not. */
class InterruptedTrainingTest {
    private static final Seed SEED = Seed.of(9);
    private static final int EPOCHS = 3;
    private static final int BATCH = 8;
    private static final int KILLS = 5;
    private static final NormalizedNetwork NETWORK =
            NormalizedNetwork.of(new NetworkSpec(Architecture.RESNET18, 1, 2, Normalization.NONE));
    private static final BallAscent ASCENT = new BallAscent(new LinfBall(0.03), 0.02, 2);
    private static final Risk AT = new AdversarialRisk(new ProjectedGradientDescent(new LinfBall(0.03), 0.02, 2, true));
    private static final Optimizer.Settings SGD =
            new MomentumSgd.Settings(0.05, 0.9, 5e-4, MomentumSgd.Momentum.CLASSICAL);
    private static final Optimizer.Settings NESTEROV =
            new MomentumSgd.Settings(0.05, 0.9, 5e-4, MomentumSgd.Momentum.NESTEROV);
    private static final Optimizer.Settings ADAM_W = new AdamW.Settings(0.01, 0.9, 0.999, 1e-8, 0.05);

    private final NDManager manager = ComputeDevice.open("cpu");
    // five batches, the last of four images
    private final LabeledImages data =
            TinyImages.twoClasses(Seed.of(1), 18, 4, 8).train();

    @AfterEach
    void close() {
        manager.close();
    }

    /** A plan with its name. */
    private record Regime(String name, TrainingPlan plan) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Regime> regimes() {
        LossSettings plain = LossSettings.of(new EmpiricalRisk());
        return Stream.of(
                new Regime("erm", plan(plain, SGD, 1)),
                new Regime("at", plan(LossSettings.of(AT), SGD, 1)),
                new Regime("trades", plan(LossSettings.of(new TradesRisk(ASCENT, 6)), SGD, 1)),
                new Regime(
                        "score", plan(LossSettings.of(new ScoreRisk(ScoreRisk.Form.TRADES, ASCENT, 6, 0.3)), SGD, 1)),
                new Regime(
                        "deconvolution, the authors' way",
                        plan(
                                LossSettings.of(new DeconvolutionRisk(3, 2, 0.1, 5, DeconvolutionRisk.Script.AUTHORS)),
                                SGD,
                                1)),
                new Regime(
                        "weight perturbation after an epoch, smoothing, orthogonality",
                        plan(new LossSettings(AT, 0.1, 1e-3, new WeightPerturbation(0.01, 1)), SGD, 1)),
                new Regime("AdamW", plan(plain, ADAM_W, 1)),
                new Regime("Nesterov, two batches a step", plan(plain, NESTEROV, 2)),
                new Regime("average", plan(plain, SGD, 1).with(new WeightAveraging(0.8))),
                new Regime(
                        "selection of an average, AdamW",
                        plan(plain, ADAM_W, 1)
                                .with(new WeightAveraging(0.8))
                                .with(new CheckpointSelection(Criterion.HELD_OUT, 1, 0))));
    }

    @ParameterizedTest
    @MethodSource("regimes")
    void killedFiveTimesAtRandomStepsItEndsBitForBitTheSame(Regime regime) {
        // Given
        List<EpochResult> epochs = new ArrayList<>();
        byte[] undisturbed;
        try (TrainingState state = start(regime.plan())) {
            undisturbed = train(regime.plan(), state, Pause.NEVER, epochs);
        }
        int steps = EPOCHS * new TrainingLoop(regime.plan(), data, manager).stepsPerEpoch();
        TreeSet<Long> kills = new TreeSet<>();
        SplittableRandom random = new SplittableRandom(regime.name().hashCode());
        while (kills.size() < KILLS) {
            kills.add(1 + random.nextLong(steps - 1));
        }
        // When: at each of the kills the state is kept, everything is closed, and another process takes the file up
        List<EpochResult> resumed = new ArrayList<>();
        byte[] kept;
        try (TrainingState state = start(regime.plan())) {
            kept = train(regime.plan(), state, step -> step == kills.first(), resumed);
        }
        for (long kill : kills.tailSet(kills.first(), false)) {
            kept = goOn(regime.plan(), kept, step -> step == kill, resumed);
        }
        kept = goOn(regime.plan(), kept, Pause.NEVER, resumed);
        // Then
        assertThat(kept).isEqualTo(undisturbed);
        assertThat(resumed).hasSize(EPOCHS);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            assertThat(resumed.get(epoch).loss()).isEqualTo(epochs.get(epoch).loss());
            assertThat(resumed.get(epoch).accuracy())
                    .isEqualTo(epochs.get(epoch).accuracy());
            assertThat(resumed.get(epoch).learningRate())
                    .isEqualTo(epochs.get(epoch).learningRate());
        }
    }

    @Test
    void aTrainingMovesEveryRegimeDifferently() {
        // Given: else the test above could pass with regimes that do nothing
        List<byte[]> ends = regimes()
                .filter(regime -> !regime.name().startsWith("selection"))
                .map(regime -> {
                    try (TrainingState state = start(regime.plan())) {
                        train(regime.plan(), state, Pause.everySteps(6), new ArrayList<>());
                        return state.averaged().export().get("linear.weight").bytes();
                    }
                })
                .toList();
        // Then
        assertThat(ends.stream().map(Arrays::hashCode).distinct()).hasSize(ends.size());
    }

    @Test
    void pausesAfterSoMuchTime() {
        // Given
        AtomicLong clock = new AtomicLong(50);
        Pause pause = Pause.after(Duration.ofNanos(100), clock::get);
        // Then
        clock.set(149);
        assertThat(pause.after(1)).isFalse();
        clock.set(150);
        assertThat(pause.after(2)).isTrue();
    }

    @Test
    void pausesAfterSoManyStepsOfTheWholeTraining() {
        // Given
        TrainingPlan plan = plan(LossSettings.of(new EmpiricalRisk()), SGD, 1);
        TrainingLoop loop = new TrainingLoop(plan, data, manager);
        List<String> places = new ArrayList<>();
        // When
        try (TrainingState state = start(plan)) {
            while (!state.finished()) {
                Optional<EpochResult> ended = loop.run(state, TrainingListener.NONE, Pause.everySteps(4));
                places.add(state.epochsDone() + "." + state.stepsDone() + (ended.isPresent() ? " ended" : ""));
            }
        }
        // Then: an epoch's last step ends it, and is no pause
        assertThat(places).containsExactly("0.4", "1.0 ended", "1.3", "2.0 ended", "2.2", "3.0 ended");
    }

    @Test
    void refusesAStateOfLongerEpochs() {
        // Given
        TrainingPlan plan = plan(LossSettings.of(new EmpiricalRisk()), SGD, 1);
        TrainingLoop shorter = new TrainingLoop(plan, data.select(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), manager);
        try (TrainingState state = start(plan)) {
            new TrainingLoop(plan, data, manager).run(state, TrainingListener.NONE, Pause.everySteps(3));
            // Then
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> shorter.runEpoch(state, TrainingListener.NONE))
                    .withMessageStartingWith("the state is at step 3 of an epoch that has 2");
        }
    }

    private byte[] goOn(TrainingPlan plan, byte[] kept, Pause pause, List<EpochResult> epochs) {
        try (TrainingState state =
                TrainingState.restore(plan, Safetensors.read(new ByteArrayInputStream(kept)), manager)) {
            return train(plan, state, pause, epochs);
        }
    }

    /** Trains on to the end or to a pause; held-out accuracies are made up, the second epoch's the best. */
    private byte[] train(TrainingPlan plan, TrainingState state, Pause pause, List<EpochResult> epochs) {
        TrainingLoop loop = new TrainingLoop(plan, data, manager);
        while (!state.finished()) {
            Optional<EpochResult> ended = loop.run(state, TrainingListener.NONE, pause);
            if (ended.isEmpty()) {
                break;
            }
            epochs.add(ended.get());
            if (state.measurementDue()) {
                state.measured(new Accuracy(state.epochsDone() == 2 ? 8 : 5, 10));
            }
            if (pause.after((long) state.epochsDone() * loop.stepsPerEpoch())) {
                break;
            }
        }
        return bytes(state);
    }

    private static TrainingPlan plan(LossSettings loss, Optimizer.Settings optimizer, int accumulation) {
        return new TrainingPlan(
                NETWORK,
                NETWORK.parameters(),
                BatchNormMode.BATCH_STATISTICS,
                loss,
                new TrainingPlan.StepSettings(optimizer, 5, new ScheduleRecipe.Cosine(), accumulation),
                EPOCHS,
                BATCH,
                WeightAveraging.NONE,
                CheckpointSelection.LAST,
                new AugmentationRecipe(1, true),
                SEED);
    }

    private TrainingState start(TrainingPlan plan) {
        try (StateDict fresh = NETWORK.initialize(Seed.of(1), manager)) {
            return TrainingState.start(plan, fresh, manager);
        }
    }

    /** In the middle of an epoch also its seconds, which no two trainings share; at its end nothing that depends on time. */
    private static byte[] bytes(TrainingState state) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            state.export(Map.of()).writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
