package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
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
import io.faultline.vision.batch.Augmentation;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a plan asks for beside a plain training. */
class RegimeTest {
    private static final Seed SEED = Seed.of(9);
    private static final NormalizedNetwork NETWORK =
            NormalizedNetwork.of(new NetworkSpec(Architecture.RESNET18, 2, 2, Normalization.NONE));
    private static final BallAscent ASCENT = new BallAscent(new LinfBall(0.03), 0.02, 2);
    private static final Risk AT = new AdversarialRisk(new ProjectedGradientDescent(new LinfBall(0.03), 0.02, 2, true));

    private final NDManager manager = ComputeDevice.open("cpu");
    private final LabeledImages data =
            TinyImages.twoClasses(Seed.of(1), 32, 4, 8).train();

    @AfterEach
    void close() {
        manager.close();
    }

    private static Stream<LossSettings> losses() {
        return Stream.of(
                LossSettings.of(new TradesRisk(ASCENT, 6)),
                LossSettings.of(new MartRisk(new ProjectedGradientDescent(new LinfBall(0.03), 0.02, 2, true), 5)),
                LossSettings.of(new ScoreRisk(ScoreRisk.Form.TRADES, ASCENT, 6, 0)),
                LossSettings.of(new ScoreRisk(ScoreRisk.Form.ADVERSARIAL, ASCENT, 6, 0)),
                LossSettings.of(
                        new AdversarialRisk(new ProjectedGradientDescent(new LinfBall(0.03), 1.25 * 0.03, 1, true))),
                new LossSettings(AT, 0.1, 1e-3, new WeightPerturbation(0.01, 0)));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void learnsWhatIsEasy(LossSettings loss) {
        // Given
        TrainingPlan plan = plan(8, 16).with(loss);
        // When
        EpochResult last = run(plan);
        // Then
        assertThat(last.accuracy().total()).isEqualTo(64);
        assertThat(last.accuracy().percent()).isGreaterThan(85);
    }

    @Test
    void twoBatchesAStepAreOneBatchOfTwiceTheSize() {
        // Given: running statistics, so that an image's loss does not depend on its batch
        TrainingPlan whole = settled(32);
        TrainingPlan halves = settled(16).with(new TrainingPlan.StepSettings(sgd(), 5, new ScheduleRecipe.Cosine(), 2));
        // When
        Map<String, Safetensors.Tensor> one = end(whole);
        Map<String, Safetensors.Tensor> two = end(halves);
        Map<String, Safetensors.Tensor> single = end(settled(16));
        // Then
        String name = "layer4.1.conv2.weight";
        assertThat(ReferenceNumbers.relativeError(
                        two.get(name).floats(), one.get(name).floats()))
                .isLessThan(1e-5);
        assertThat(ReferenceNumbers.relativeError(
                        single.get(name).floats(), one.get(name).floats()))
                .isGreaterThan(1e-4);
    }

    @Test
    void aLastStepOfFewerBatchesIsTheMeanOfItsImages() {
        // Given: 64 images in batches of 24, two a step: 48 images, then 16
        TrainingPlan plan = settled(24).with(new TrainingPlan.StepSettings(sgd(), 5, new ScheduleRecipe.Cosine(), 2));
        List<Integer> images = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(int count, double loss) {
                images.add(count);
            }
        };
        // When
        TrainingLoop loop = new TrainingLoop(plan, data, manager);
        try (TrainingState state = start(plan)) {
            EpochResult result = loop.runEpoch(state, listener);
            // Then
            assertThat(loop.stepsPerEpoch()).isEqualTo(2);
            assertThat(images).containsExactly(48, 16);
            assertThat(result.accuracy().total()).isEqualTo(64);
        }
    }

    @Test
    void aMixedBatchIsTakenForBothOfItsLabels() {
        // Given
        AugmentationRecipe mixup = new AugmentationRecipe(
                0,
                null,
                false,
                null,
                null,
                new AugmentationRecipe.Mixup(1.0),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        TrainingPlan plain = plan(1, 64);
        TrainingPlan plan = new TrainingPlan(
                NETWORK,
                plain.trained(),
                plain.batchNorms(),
                plain.loss(),
                plain.steps(),
                1,
                64,
                plain.averaging(),
                plain.selection(),
                mixup,
                SEED);
        ImageBatches batches = ImageBatches.of(data);
        Augmentation augmentation = Augmentation.of(mixup, SEED.derive("augmentation"));
        ImageBatch batch = batches.load(batches.order(SEED.derive("order"), 0), augmentation, 0, manager);
        float share = batch.share().toFloatArray()[0];
        double ofFirst;
        double ofOther;
        try (TrainingState state = start(plan);
                StateDict fresh = state.weights().copy(manager)) {
            NDArray logits = NETWORK.logits(fresh, batch.images(), BatchNormMode.BATCH_STATISTICS);
            ofFirst = CrossEntropy.mean(logits, batch.labels()).toFloatArray()[0];
            ofOther = CrossEntropy.mean(logits, batch.otherLabels()).toFloatArray()[0];
            // When
            EpochResult result = new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
            // Then
            assertThat(result.loss()).isCloseTo(share * ofFirst + (1 - share) * ofOther, within(1e-5));
            assertThat(share * ofFirst + (1 - share) * ofOther).isNotCloseTo(ofFirst, within(1e-4));
        }
    }

    @Test
    void theAverageLagsBehindTheWeights() {
        // Given
        TrainingPlan plan = plan(2, 16).with(new WeightAveraging(0.5));
        try (TrainingState state = start(plan);
                StateDict before = state.weights().copy(manager)) {
            // When
            new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
            // Then
            double moved = distance(state.weights(), before);
            assertThat(distance(state.averaged(), before)).isBetween(0.2 * moved, 0.95 * moved);
            assertThat(state.averaged().get("bn1.num_batches_tracked").toLongArray())
                    .containsExactly(4);
        }
    }

    @Nested
    class Selection {
        private final TrainingPlan plan = plan(6, 32).with(new CheckpointSelection(Criterion.HELD_OUT_ROBUST, 1, 2));

        @Test
        void endsWithTheEarliestOfTheBestAndStopsWhenPatienceIsUsedUp() {
            // Given
            long[] correct = {3, 7, 7, 6, 9, 9};
            List<byte[]> weights = new ArrayList<>();
            try (TrainingState state = start(plan)) {
                TrainingLoop loop = new TrainingLoop(plan, data, manager);
                // When
                while (!state.finished()) {
                    loop.runEpoch(state, TrainingListener.NONE);
                    weights.add(bytes(state.averaged()));
                    state.measured(new Accuracy(correct[state.epochsDone() - 1], 10));
                }
                // Then: 7 is not better than 7, nor is 6
                assertThat(state.epochsDone()).isEqualTo(4);
                assertThat(state.selectedEpoch()).isEqualTo(2);
                assertThat(bytes(state.selected())).isEqualTo(weights.get(1));
            }
        }

        @Test
        void survivesARestart() {
            // Given
            Safetensors kept;
            byte[] best;
            try (TrainingState state = start(plan)) {
                TrainingLoop loop = new TrainingLoop(plan, data, manager);
                loop.runEpoch(state, TrainingListener.NONE);
                state.measured(new Accuracy(7, 10));
                best = bytes(state.selected());
                loop.runEpoch(state, TrainingListener.NONE);
                state.measured(new Accuracy(5, 10));
                kept = state.export(Map.of());
            }
            // When
            try (TrainingState state = TrainingState.restore(plan, kept, manager)) {
                // Then
                assertThat(state.selectedEpoch()).isEqualTo(1);
                assertThat(bytes(state.selected())).isEqualTo(best);
                assertThat(state.measurementDue()).isFalse();
                assertThat(state.finished()).isFalse();
                new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
                state.measured(new Accuracy(7, 10));
                assertThat(state.finished()).isTrue();
            }
        }

        @Test
        void anEpochThatWasKeptBeforeItWasMeasuredIsMeasuredAfterTheRestart() {
            // Given
            Safetensors kept;
            try (TrainingState state = start(plan)) {
                new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
                kept = state.export(Map.of());
            }
            // When
            try (TrainingState state = TrainingState.restore(plan, kept, manager)) {
                // Then
                assertThat(state.measurementDue()).isTrue();
                state.measured(new Accuracy(7, 10));
                assertThat(state.measurementDue()).isFalse();
                assertThatIllegalStateException()
                        .isThrownBy(() -> state.measured(new Accuracy(8, 10)))
                        .withMessageContaining("measure each once");
            }
        }

        @Test
        void isMeasuredEverySoManyEpochsAndAtTheEnd() {
            // When
            CheckpointSelection selection = new CheckpointSelection(Criterion.HELD_OUT, 3, 0);
            // Then
            assertThat(Stream.of(1, 2, 3, 4, 5, 6, 7).filter(epoch -> selection.due(epoch, 7)))
                    .containsExactly(3, 6, 7);
            assertThat(CheckpointSelection.LAST.due(7, 7)).isFalse();
        }

        @Test
        void refusesAccuraciesOfDifferentImages() {
            try (TrainingState state = start(plan)) {
                new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
                state.measured(new Accuracy(7, 10));
                new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> state.measured(new Accuracy(7, 11)))
                        .withMessageContaining("measure all on the same ones");
            }
        }

        @Test
        void withoutAMeasurementTheLastCounts() {
            try (TrainingState state = start(plan)) {
                new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
                assertThat(state.selectedEpoch()).isEqualTo(1);
                assertThat(state.selected()).isSameAs(state.weights());
            }
        }
    }

    @Test
    void aStateWithoutItsAverageIsRefused() {
        // Given
        TrainingPlan plain = plan(2, 16);
        Safetensors kept;
        try (TrainingState state = start(plain)) {
            kept = state.export(Map.of());
        }
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> TrainingState.restore(plain.with(new WeightAveraging(0.9)), kept, manager))
                .withMessageContaining("'conv1.weight' is missing");
    }

    @Test
    void refusesToPerturbWeightsOfWhichNoneIsTrained() {
        // Given
        TrainingPlan plan = plan(2, 16);
        LossSettings loss = new LossSettings(AT, 0, 0, new WeightPerturbation(0.01, 0));
        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainingPlan(
                        NETWORK,
                        List.of("linear.bias"),
                        plan.batchNorms(),
                        loss,
                        plan.steps(),
                        2,
                        16,
                        plan.averaging(),
                        plan.selection(),
                        plan.augmentation(),
                        SEED))
                .withMessageStartingWith("of [linear.bias] none is a weight");
    }

    @Test
    void twoHundredStepsLeaveNoArrayBehindInTheProcess() {
        // Given: everything that takes memory at once; an epoch is one step
        Risk singleStep = new AdversarialRisk(new ProjectedGradientDescent(new LinfBall(0.03), 0.03, 1, true));
        LossSettings loss = new LossSettings(singleStep, 0.1, 1e-3, new WeightPerturbation(0.005, 0));
        TrainingPlan plan = plan(201, 8)
                .with(loss)
                .with(new TrainingPlan.StepSettings(
                        new AdamW.Settings(1e-3, 0.9, 0.999, 1e-8, 0.01), 5, new ScheduleRecipe.Cosine(), 1))
                .with(new WeightAveraging(0.9));
        LabeledImages few = data.select(new int[] {0, 1, 2, 3, 32, 33, 34, 35});
        TrainingLoop loop = new TrainingLoop(plan, few, manager);
        try (TrainingState state = start(plan)) {
            loop.runEpoch(state, TrainingListener.NONE); // makes the optimiser's memory
            int before = everything().size();
            // When
            List<Integer> after = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                loop.runEpoch(state, TrainingListener.NONE);
                after.add(everything().size());
            }
            // Then
            assertThat(after).containsOnly(before);
        }
    }

    @Test
    void aStoppedTrainingLeavesNeitherThreadNorArrayBehind() {
        // Given
        TrainingPlan plan = plan(2, 16);
        TrainingLoop loop = new TrainingLoop(plan, data, manager);
        TrainingListener stop = new TrainingListener() {
            @Override
            public void computing() {
                throw new IllegalStateException("stopped");
            }
        };
        try (TrainingState state = start(plan)) {
            int before = everything().size();
            // When
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> loop.runEpoch(state, stop));
            // Then
            assertThat(everything()).hasSize(before);
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("batch-prefetch"));
        }
    }

    private List<NDArray> everything() {
        return manager.getParentManager().getManagedArrays();
    }

    private EpochResult run(TrainingPlan plan) {
        try (TrainingState state = start(plan)) {
            TrainingLoop loop = new TrainingLoop(plan, data, manager);
            EpochResult last = loop.runEpoch(state, TrainingListener.NONE);
            while (!state.finished()) {
                last = loop.runEpoch(state, TrainingListener.NONE);
            }
            return last;
        }
    }

    private Map<String, Safetensors.Tensor> end(TrainingPlan plan) {
        try (TrainingState state = start(plan)) {
            new TrainingLoop(plan, data, manager).runEpoch(state, TrainingListener.NONE);
            return state.weights().export();
        }
    }

    private static double distance(StateDict one, StateDict other) {
        try (NDArray difference = one.get("linear.weight").sub(other.get("linear.weight"));
                NDArray length = difference.norm()) {
            return length.toFloatArray()[0];
        }
    }

    private static byte[] bytes(StateDict weights) {
        return weights.export().get("conv1.weight").bytes();
    }

    private static Optimizer.Settings sgd() {
        return new MomentumSgd.Settings(0.05, 0.9, 5e-4, MomentumSgd.Momentum.CLASSICAL);
    }

    private static TrainingPlan settled(int batchSize) {
        TrainingPlan plan = plan(2, batchSize);
        return new TrainingPlan(
                plan.network(),
                plan.trained(),
                BatchNormMode.RUNNING_STATISTICS,
                plan.loss(),
                plan.steps(),
                plan.epochs(),
                plan.batchSize(),
                plan.averaging(),
                plan.selection(),
                plan.augmentation(),
                plan.seed());
    }

    private static TrainingPlan plan(int epochs, int batchSize) {
        return new TrainingPlan(
                NETWORK,
                NETWORK.parameters(),
                BatchNormMode.BATCH_STATISTICS,
                LossSettings.of(new EmpiricalRisk()),
                new TrainingPlan.StepSettings(sgd(), 5, new ScheduleRecipe.Cosine(), 1),
                epochs,
                batchSize,
                WeightAveraging.NONE,
                CheckpointSelection.LAST,
                new AugmentationRecipe(0, false),
                SEED);
    }

    private TrainingState start(TrainingPlan plan) {
        try (StateDict fresh = NETWORK.initialize(Seed.of(1), manager)) {
            return TrainingState.start(plan, fresh, manager);
        }
    }
}
