package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.ScheduleRecipe;
import io.faultline.recipe.Seed;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevices;
import io.faultline.vision.attack.InputGradient;
import io.faultline.vision.attack.LinfBall;
import io.faultline.vision.attack.ProjectedGradientDescent;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.DataParallel;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.Shares;
import io.faultline.vision.network.StateDict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Several replicas on the processor in the place of several GPUs: the same shares, copies, sums and means. */
class DataParallelTrainingTest {
    /** float32's own, of sums in another order. */
    private static final double ROUNDING = 1e-6;
    /** The same after some steps, each of which starts where the one before has ended. */
    private static final double ROUNDING_OF_STEPS = 1e-4;

    private static final Seed SEED = Seed.of(9);
    private static final NormalizedNetwork RESNET =
            NormalizedNetwork.of(new NetworkSpec(Architecture.RESNET18, 1, 2, Normalization.NONE));
    /** Without batch norms. */
    private static final NormalizedNetwork DEIT =
            NormalizedNetwork.of(new NetworkSpec(Architecture.DEIT_TINY, 6, 1, 8, 2, Normalization.NONE));

    private static final BallAscent ASCENT = new BallAscent(new LinfBall(0.03), 0.02, 1);
    private static final Risk ERM = new EmpiricalRisk();
    private static final Risk AT = new AdversarialRisk(new ProjectedGradientDescent(new LinfBall(0.03), 0.02, 2, true));
    private static final Risk TRADES = new TradesRisk(ASCENT, 6);
    private static final Risk DAT = new DeconvolutionRisk(3, 2, 0.1, 5, DeconvolutionRisk.Script.AUTHORS);

    private final ComputeDevices one = ComputeDevices.parse("cpu");
    private final ComputeDevices two = ComputeDevices.parse("cpu,cpu");
    private final ComputeDevices three = ComputeDevices.parse("cpu,cpu,cpu");
    private final NDManager manager = two.open();
    // batches of 8, 8 and 3: uneven among three devices, and the last too small for two
    private final LabeledImages data =
            TinyImages.twoClasses(Seed.of(1), 10, 1, 8).train().select(places(19));

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({"RESNET18, 2, 8", "RESNET18, 3, 8", "RESNET18, 2, 5", "DEIT_TINY, 3, 7", "DEIT_TINY, 2, 3"})
    void theGradientOfABatchIsOneDevices(Architecture architecture, int devices, int images) {
        // Given
        NormalizedNetwork network = architecture == Architecture.RESNET18 ? RESNET : DEIT;
        ImageBatch batch = ReferenceNumbers.batch(manager, images, 8, 2, 12);
        try (StateDict weights = ReferenceNumbers.weights(network, 11, manager);
                NDManager scope = manager.newSubManager()) {
            Replicas replicas = replicas(weights, images, devices, scope);
            // When
            try (Gradients several = gradients(network, replicas, batch, scope);
                    Gradients single = gradients(network, replicas(weights, images, 1, scope), batch, scope)) {
                // Then
                assertThat(several.loss().getFloat())
                        .isCloseTo(single.loss().getFloat(), Percentage.withPercentage(100 * ROUNDING));
                single.all().forEach((name, gradient) -> assertThat(ReferenceNumbers.relativeError(
                                several.get(name).toFloatArray(), gradient.toFloatArray()))
                        .as(name)
                        .isLessThan(ROUNDING));
            }
        }
    }

    @Test
    void logitsAndGradientsOfTheImagesAreOneDevices() {
        // Given
        ImageBatch batch = ReferenceNumbers.batch(manager, 7, 8, 2, 12);
        try (StateDict weights = ReferenceNumbers.weights(RESNET, 11, manager);
                NDManager scope = manager.newSubManager()) {
            Classifier single = RESNET.folded(weights, scope);
            Classifier several = DataParallel.folded(RESNET, weights, three.devices(), scope);
            // Then
            assertThat(ReferenceNumbers.relativeError(
                            several.logits(batch.images()).toFloatArray(),
                            single.logits(batch.images()).toFloatArray()))
                    .isLessThan(ROUNDING);
            assertThat(ReferenceNumbers.relativeError(
                            InputGradient.of(several, batch.images(), batch.labels())
                                    .toFloatArray(),
                            InputGradient.of(single, batch.images(), batch.labels())
                                    .toFloatArray()))
                    .isLessThan(ROUNDING);
        }
    }

    /** Each share's own pass from the same weights gives the statistics that are averaged. */
    @Test
    void runningStatisticsBecomeTheMeanOverTheReplicasByTheirShares() {
        // Given: shares of 3 and 2
        ImageBatch batch = ReferenceNumbers.batch(manager, 5, 8, 2, 12);
        try (StateDict weights = ReferenceNumbers.weights(RESNET, 11, manager);
                StateDict first = weights.copy(manager);
                StateDict second = weights.copy(manager);
                NDManager scope = manager.newSubManager()) {
            RESNET.logits(first, batch.images().get("0:3"), BatchNormMode.BATCH_STATISTICS);
            RESNET.logits(second, batch.images().get("3:5"), BatchNormMode.BATCH_STATISTICS);
            Replicas replicas = replicas(weights, 5, 2, scope);
            // When
            replicas.classifier((own, memory) -> images -> RESNET.logits(own, images, BatchNormMode.BATCH_STATISTICS))
                    .logits(batch.images());
            replicas.merge(RESNET.buffers());
            // Then
            for (String name : List.of("bn1.running_mean", "layer4.1.bn2.running_var")) {
                float[] expected = first.get(name)
                        .mul(0.6f)
                        .add(second.get(name).mul(0.4f))
                        .toFloatArray();
                assertThat(ReferenceNumbers.relativeError(weights.get(name).toFloatArray(), expected))
                        .as(name)
                        .isLessThan(ROUNDING);
            }
            assertThat(weights.get("bn1.num_batches_tracked").getLong())
                    .isEqualTo(first.get("bn1.num_batches_tracked").getLong());
        }
    }

    @Test
    void statisticsThatNoReplicaMovesStayBitForBit() {
        try (StateDict weights = ReferenceNumbers.weights(RESNET, 11, manager);
                NDManager scope = manager.newSubManager()) {
            Map<String, Safetensors.Tensor> before = weights.export();
            // When
            replicas(weights, 7, 3, scope).merge(RESNET.buffers());
            // Then
            weights.export().forEach((name, tensor) -> assertThat(tensor.bytes())
                    .isEqualTo(before.get(name).bytes()));
        }
    }

    private static Stream<TrainingPlan> equalPlans() {
        BatchNormMode frozen = BatchNormMode.RUNNING_STATISTICS;
        AugmentationRecipe mixed = new AugmentationRecipe(1, true);
        return Stream.of(
                plan(RESNET, LossSettings.of(ERM), frozen, mixed, 1),
                plan(RESNET, new LossSettings(AT, 0.1, 1e-3, new WeightPerturbation(0.01, 0)), frozen, mixed, 2),
                plan(DEIT, LossSettings.of(ERM), BatchNormMode.BATCH_STATISTICS, mixed, 1),
                plan(DEIT, LossSettings.of(TRADES), BatchNormMode.BATCH_STATISTICS, mixed, 1),
                plan(DEIT, LossSettings.of(DAT), BatchNormMode.BATCH_STATISTICS, mixed, 1));
    }

    @ParameterizedTest
    @MethodSource("equalPlans")
    void withoutStatisticsOfTheBatchATrainingIsOneDevices(TrainingPlan plan) {
        // When
        try (TrainingState single = start(plan);
                TrainingState several = start(plan);
                StateDict fresh = plan.network().initialize(Seed.of(1), manager)) {
            EpochResult expected = new TrainingLoop(plan, data, one, manager).runEpoch(single, TrainingListener.NONE);
            EpochResult result = new TrainingLoop(plan, data, three, manager).runEpoch(several, TrainingListener.NONE);
            // Then
            assertThat(result.loss()).isCloseTo(expected.loss(), Percentage.withPercentage(100 * ROUNDING_OF_STEPS));
            assertThat(result.accuracy()).isEqualTo(expected.accuracy());
            for (String name : plan.trained()) {
                float[] weights = single.weights().get(name).toFloatArray();
                assertThat(ReferenceNumbers.relativeError(
                                several.weights().get(name).toFloatArray(), weights))
                        .as(name)
                        .isLessThan(ROUNDING_OF_STEPS);
            }
            String moved = plan.trained().get(0);
            assertThat(several.weights().get(moved).toFloatArray())
                    .isNotEqualTo(fresh.get(moved).toFloatArray());
        }
    }

    private static Stream<TrainingPlan> trainings() {
        AugmentationRecipe cropped = new AugmentationRecipe(1, true);
        BatchNormMode moving = BatchNormMode.BATCH_STATISTICS;
        return Stream.of(
                plan(RESNET, LossSettings.of(ERM), moving, cropped, 1),
                plan(RESNET, LossSettings.of(AT), moving, cropped, 1),
                plan(RESNET, LossSettings.of(DAT), moving, cropped, 1));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void interruptedAtAnyStepItEndsInTheSameBits(TrainingPlan plan) {
        // Given: three steps an epoch
        TrainingLoop loop = new TrainingLoop(plan, data, two, manager);
        byte[] undisturbed;
        try (TrainingState state = start(plan)) {
            loop.runEpoch(state, TrainingListener.NONE);
            undisturbed = bytes(state);
        }
        try (TrainingState state = start(plan)) {
            // When
            loop.run(state, TrainingListener.NONE, step -> step == 1);
            byte[] kept = bytes(state);
            try (TrainingState resumed =
                    TrainingState.restore(plan, Safetensors.read(new ByteArrayInputStream(kept)), manager)) {
                new TrainingLoop(plan, data, two, manager).runEpoch(resumed, TrainingListener.NONE);
                // Then
                assertThat(bytes(resumed)).isEqualTo(undisturbed);
            }
        }
        // and the replicas' statistics are not one device's, or this would show nothing of them
        try (TrainingState state = start(plan)) {
            new TrainingLoop(plan, data, one, manager).runEpoch(state, TrainingListener.NONE);
            assertThat(bytes(state)).isNotEqualTo(undisturbed);
        }
    }

    @Test
    void stepsLeaveNoArrayBehindInTheProcess() {
        // Given: everything that takes memory on other devices at once
        TrainingPlan plan = plan(
                RESNET,
                new LossSettings(AT, 0.1, 1e-3, new WeightPerturbation(0.01, 0)),
                BatchNormMode.BATCH_STATISTICS,
                new AugmentationRecipe(0, false),
                1);
        TrainingLoop loop = new TrainingLoop(plan, data.select(places(6)), three, manager);
        try (TrainingState state = start(plan)) {
            loop.runEpoch(state, TrainingListener.NONE); // makes the optimiser's memory
            int before = everything().size();
            // When
            List<Integer> after = new ArrayList<>();
            for (int epoch = 0; epoch < 10; epoch++) {
                loop.runEpoch(state, TrainingListener.NONE);
                after.add(everything().size());
            }
            // Then
            assertThat(after).containsOnly(before);
        }
    }

    @Test
    void refusesAManagerOfAnotherDevice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainingLoop(
                        plan(
                                RESNET,
                                LossSettings.of(ERM),
                                BatchNormMode.BATCH_STATISTICS,
                                new AugmentationRecipe(0, false),
                                1),
                        data,
                        ComputeDevices.parse("gpu0,gpu1"),
                        manager))
                .withMessageContaining("the manager is on cpu()")
                .withMessageContaining("gpu0,gpu1");
    }

    private Gradients gradients(NormalizedNetwork network, Replicas replicas, ImageBatch batch, NDManager scope) {
        return Gradients.ofReplicas(scope, replicas.weights(), network.parameters(), weights -> {
            Classifier classifier = replicas.classifier(
                    weights, (own, memory) -> images -> network.logits(own, images, BatchNormMode.RUNNING_STATISTICS));
            return CrossEntropy.mean(classifier.logits(batch.images()), batch.labels());
        });
    }

    private Replicas replicas(StateDict weights, int images, int devices, NDManager scope) {
        return new Replicas(weights, Shares.of(images, devices), three.devices(), scope);
    }

    private List<NDArray> everything() {
        return manager.getParentManager().getManagedArrays();
    }

    private static int[] places(int count) {
        return IntStream.range(0, count).toArray();
    }

    private static TrainingPlan plan(
            NormalizedNetwork network,
            LossSettings loss,
            BatchNormMode batchNorms,
            AugmentationRecipe augmentation,
            int accumulation) {
        Optimizer.Settings sgd = new MomentumSgd.Settings(0.01, 0.9, 5e-4, MomentumSgd.Momentum.CLASSICAL);
        return new TrainingPlan(
                network,
                network.parameters(),
                batchNorms,
                loss,
                new TrainingPlan.StepSettings(sgd, 5, new ScheduleRecipe.Cosine(), accumulation),
                10,
                8,
                WeightAveraging.NONE,
                CheckpointSelection.LAST,
                augmentation,
                SEED);
    }

    private TrainingState start(TrainingPlan plan) {
        try (StateDict fresh = plan.network().initialize(Seed.of(1), manager)) {
            return TrainingState.start(plan, fresh, manager);
        }
    }

    private static byte[] bytes(TrainingState state) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            state.export(Map.of()).writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
