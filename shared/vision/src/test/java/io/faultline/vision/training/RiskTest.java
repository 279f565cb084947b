package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.L2Ball;
import io.faultline.vision.attack.LinfBall;
import io.faultline.vision.attack.PerturbationBall;
import io.faultline.vision.attack.ProjectedGradientDescent;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RiskTest {
    // a pixel of up to 1 is known to 6e-8 in float32; adding and subtracting one loses as much again
    private static final double ROUNDING = 2e-7;
    private static final Seed SEED = Seed.of(3);
    private static final int CLASSES = 10;

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, CLASSES);
    private final StateDict weights = ReferenceNumbers.weights(network, 5, manager);
    private final ImageBatch batch = ReferenceNumbers.batch(manager, 6, 16, CLASSES, 6);
    private final Targets targets = Targets.of(batch, 0);
    private final Learner learner = new Learner() {
        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public Classifier settled() {
            return network.classifier(weights);
        }

        @Override
        public Classifier moving() {
            return images -> network.logits(weights, images, BatchNormMode.BATCH_STATISTICS);
        }
    };

    @AfterEach
    void close() {
        manager.close();
    }

    /** A risk whose attack must stay in a ball. */
    private record Bounded(String name, PerturbationBall ball, Risk risk) {
        @Override
        public String toString() {
            return name + " in " + ball;
        }
    }

    private static Stream<Bounded> bounded() {
        return Stream.of(new LinfBall(8 / 255.0), new LinfBall(0), new L2Ball(0.5), new L2Ball(0))
                .flatMap(ball -> {
                    BallAscent ascent = new BallAscent(ball, 0.1, 3);
                    return Stream.of(
                            new Bounded("trades", ball, new TradesRisk(ascent, 6)),
                            new Bounded("trades without a step", ball, new TradesRisk(new BallAscent(ball, 0.1, 0), 6)),
                            new Bounded("score", ball, new ScoreRisk(ScoreRisk.Form.TRADES, ascent, 6, 0.3)),
                            new Bounded("score-at", ball, new ScoreRisk(ScoreRisk.Form.ADVERSARIAL, ascent, 6, 0.4)),
                            new Bounded("mart", ball, new MartRisk(pgd(ball, 3), 5)),
                            new Bounded("at", ball, new AdversarialRisk(pgd(ball, 3))),
                            new Bounded("single-step at", ball, new AdversarialRisk(pgd(ball, 1))));
                });
    }

    private static ProjectedGradientDescent pgd(PerturbationBall ball, int steps) {
        // longer than the radius, as Wong et al.'s single step is
        return new ProjectedGradientDescent(ball, 1.25 * ball.radius(), steps, true);
    }

    @ParameterizedTest
    @MethodSource("bounded")
    void everyAttackedImageStaysInTheBallAndInTheRange(Bounded bounded) {
        // When
        NDArray attacked = bounded.risk().attack(learner, batch.images(), targets, SEED);
        // Then
        for (float distance : bounded.ball().distance(attacked, batch.images()).toFloatArray()) {
            assertThat((double) distance).isLessThanOrEqualTo(bounded.ball().radius() * (1 + 1e-6) + ROUNDING);
        }
        assertThat(attacked.min().toFloatArray()[0]).isGreaterThanOrEqualTo(0);
        assertThat(attacked.max().toFloatArray()[0]).isLessThanOrEqualTo(1);
    }

    private static Stream<Risk> all() {
        BallAscent ascent = new BallAscent(new LinfBall(8 / 255.0), 2 / 255.0, 2);
        return Stream.of(
                new EmpiricalRisk(),
                new AdversarialRisk(pgd(new LinfBall(8 / 255.0), 2)),
                new TradesRisk(ascent, 6),
                new MartRisk(pgd(new LinfBall(8 / 255.0), 2), 5),
                new ScoreRisk(ScoreRisk.Form.TRADES, ascent, 6, 0.3),
                new ScoreRisk(ScoreRisk.Form.ADVERSARIAL, ascent, 6, 0.4),
                new DeconvolutionRisk(3, 2, 0.1, 5, DeconvolutionRisk.Script.SOUND));
    }

    @ParameterizedTest
    @MethodSource("all")
    void anAttackFollowsFromItsSeedAndLeavesTheNetworkAlone(Risk risk) {
        // Given
        byte[] before = weights.export().get("bn1.running_mean").bytes();
        // When
        float[] one = risk.attack(learner, batch.images(), targets, SEED).toFloatArray();
        float[] again = risk.attack(learner, batch.images(), targets, SEED).toFloatArray();
        float[] other =
                risk.attack(learner, batch.images(), targets, Seed.of(4)).toFloatArray();
        // Then
        assertThat(again).isEqualTo(one);
        if (!(risk instanceof EmpiricalRisk)) {
            assertThat(other).isNotEqualTo(one);
        }
        assertThat(weights.export().get("bn1.running_mean").bytes()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("all")
    void anAttackLeavesNothingBehindButItsImages(Risk risk) {
        // Given
        risk.attack(learner, batch.images(), targets, SEED).close();
        int before = manager.getManagedArrays().size();
        // When
        NDArray attacked = risk.attack(learner, batch.images(), targets, SEED);
        // Then
        assertThat(manager.getManagedArrays()).hasSize(risk instanceof EmpiricalRisk ? before : before + 1);
        assertThat(attacked.getManager()).isSameAs(manager);
    }

    @ParameterizedTest
    @MethodSource("all")
    void mixingAnImageWithItsOwnLabelChangesNothing(Risk risk) {
        // Given
        NDArray shares = Tensors.of(manager, new float[] {0, 0.3f, 0.5f, 0.7f, 0.9f, 1}, new Shape(6));
        Targets same = Targets.mixed(batch.labels(), batch.labels(), shares, 0);
        // When
        float plain = value(risk, batch.images(), targets);
        float mixed = value(risk, batch.images(), same);
        // Then
        assertThat(mixed).isCloseTo(plain, within(1e-5f));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aLossOfMixedLabelsLiesBetweenThoseOfItsLabels(Risk risk) {
        // Given
        NDArray others = batch.labels().add(1).mod(CLASSES);
        NDArray quarter = Tensors.of(manager, new float[] {.25f, .25f, .25f, .25f, .25f, .25f}, new Shape(6));
        // When
        float first = value(risk, batch.images(), targets);
        float other = value(risk, batch.images(), Targets.of(others, 0));
        float mixed = value(risk, batch.images(), Targets.mixed(batch.labels(), others, quarter, 0));
        // Then: the squared error of a mixture is not the mixture of the squared errors, but less
        if (risk instanceof ScoreRisk) {
            assertThat(mixed).isLessThan(0.25f * first + 0.75f * other);
        } else {
            assertThat(mixed).isCloseTo(0.25f * first + 0.75f * other, within(1e-4f));
        }
    }

    @Test
    void anAttackIsGivenTheLabelWithTheLargerShare() {
        // Given
        NDArray labels = Tensors.of(manager, new long[] {1, 2, 3}, new Shape(3));
        NDArray others = Tensors.of(manager, new long[] {4, 5, 6}, new Shape(3));
        NDArray shares = Tensors.of(manager, new float[] {0.2f, 0.5f, 0.8f}, new Shape(3));
        // Then
        assertThat(Targets.mixed(labels, others, shares, 0).mainLabels().toLongArray())
                .containsExactly(4, 2, 3);
    }

    @Test
    void tradesWithoutItsSecondTermIsTheCrossEntropyOfTheImages() {
        // Given
        Risk trades = new TradesRisk(new BallAscent(new LinfBall(0.1), 0.1, 1), 0);
        // Then
        assertThat(value(trades, batch.images().mul(0.5f), targets))
                .isCloseTo(value(new EmpiricalRisk(), batch.images(), targets), within(1e-5f));
    }

    @Test
    void attackedImagesThatAreTheImagesCostTradesNothing() {
        // Given
        Risk trades = new TradesRisk(new BallAscent(new LinfBall(0.1), 0.1, 1), 6);
        // Then
        assertThat(value(trades, batch.images(), targets))
                .isCloseTo(value(new EmpiricalRisk(), batch.images(), targets), within(1e-5f));
    }

    @Test
    void martStaysFiniteWhereTheNetworkIsSureOfTheWrongClass() {
        // Given: log(1 − p) of a probability that is 1 in float32
        NDArray logits = Tensors.of(manager, new float[] {-200, 300, 0}, new Shape(1, 3));
        Targets wrong = Targets.of(Tensors.of(manager, new long[] {0}, new Shape(1)), 0);
        Risk mart = new MartRisk(pgd(new LinfBall(0), 1), 5);
        // When
        try (Gradients gradients = Gradients.of(manager, name -> logits, List.of("z"), w -> mart.loss(
                        images -> w.get("z").mul(images), one(), one(), wrong)
                .value())) {
            // Then: −log p_y = 500, and −log(1 − p_wrong) = 300, by which no class but the wrong one gains
            assertThat(gradients.loss().toFloatArray()[0]).isEqualTo(800, within(1e-3f));
            assertThat(gradients.get("z").toFloatArray()).containsExactly(new float[] {-1, 2, -1}, within(1e-5f));
        }
    }

    @Test
    void aLossBelowTheClipNoLongerCounts() {
        // Given: the squared error of (0.5, 0.5) against (1, 0) is 0.5; a clip of t cuts 2t² of two classes
        NDArray logits = Tensors.of(manager, new float[] {0, 0}, new Shape(1, 2));
        Targets first = Targets.of(Tensors.of(manager, new long[] {0}, new Shape(1)), 0);
        BallAscent none = new BallAscent(new LinfBall(0), 0, 0);
        // Then
        assertThat(score(none, 0)
                        .loss(images -> logits, one(), one(), first)
                        .value()
                        .toFloatArray()[0])
                .isEqualTo(0.5f, within(1e-6f));
        assertThat(score(none, 0.4)
                        .loss(images -> logits, one(), one(), first)
                        .value()
                        .toFloatArray()[0])
                .isEqualTo(0.18f, within(1e-6f));
        assertThat(score(none, 0.6)
                        .loss(images -> logits, one(), one(), first)
                        .value()
                        .toFloatArray()[0])
                .isEqualTo(0);
    }

    @Test
    void deconvolvedImagesReachFromNoughtToOneAndAreMadeWithTheFilterOfTheirClass() {
        // Given: the filter of class 0 leaves an image as it is, that of class 1 moves it down by a row
        NDArray images = ReferenceNumbers.of(1).tensor(manager, new Shape(2, 3, 4, 4), 0.1, 0.5);
        NDArray labels = Tensors.of(manager, new long[] {0, 1}, new Shape(2));
        float[] filters = new float[2 * 9];
        filters[4] = 2;
        filters[9 + 1] = 2;
        StateDict given = StateDict.of(
                manager,
                Map.of(
                        DeconvolutionRisk.FILTERS,
                        Safetensors.Tensor.of(filters, List.of(2L, 3L, 3L)),
                        DeconvolutionRisk.BIASES,
                        Safetensors.Tensor.of(new float[] {7, 0}, List.of(2L))));
        // When
        NDArray changed = DeconvolutionRisk.apply(given, images, labels);
        // Then
        NDArray first = images.get(0);
        NDArray stretched = first.sub(first.min()).div(first.max().sub(first.min()));
        assertThat(changed.get(0).toFloatArray()).containsExactly(stretched.toFloatArray(), within(1e-5f));
        NDArray other = images.get(1);
        NDArray moved = other.get(":, 0:3").div(other.get(":, 0:3").max()); // the row of noughts is the least
        assertThat(changed.get(1).get(":, 1:4").toFloatArray()).containsExactly(moved.toFloatArray(), within(1e-5f));
        assertThat(changed.get(1).get(":, 0").max().toFloatArray()[0]).isEqualTo(0);
    }

    @Test
    void anImageOfOneColourIsNoDivisionByNought() {
        // Given: a filter that leaves nothing
        NDArray images = manager.ones(new Shape(1, 3, 4, 4));
        NDArray labels = Tensors.of(manager, new long[] {0}, new Shape(1));
        StateDict nothing = StateDict.of(
                manager,
                Map.of(
                        DeconvolutionRisk.FILTERS,
                        Safetensors.Tensor.of(new float[9], List.of(1L, 3L, 3L)),
                        DeconvolutionRisk.BIASES,
                        Safetensors.Tensor.of(new float[1], List.of(1L))));
        // Then
        assertThat(DeconvolutionRisk.apply(nothing, images, labels).toFloatArray())
                .containsOnly(0);
    }

    @Test
    void deconvolutionRaisesTheLoss() {
        // Given
        Risk risk = new DeconvolutionRisk(3, 8, 0.5, 5, DeconvolutionRisk.Script.SOUND);
        Risk start = new DeconvolutionRisk(3, 0, 0.5, 5, DeconvolutionRisk.Script.SOUND);
        // When
        NDArray attacked = risk.attack(learner, batch.images(), targets, SEED);
        NDArray unmoved = start.attack(learner, batch.images(), targets, SEED);
        // Then
        assertThat(settledLoss(attacked)).isGreaterThan(settledLoss(unmoved) + 0.05f);
    }

    @Test
    void theAuthorsDeconvolutionMovesTheRunningStatistics() {
        // Given
        Risk risk = new DeconvolutionRisk(3, 2, 0.1, 5, DeconvolutionRisk.Script.AUTHORS);
        // When
        risk.attack(learner, batch.images(), targets, SEED);
        // Then
        assertThat(weights.get("bn1.num_batches_tracked").toLongArray()).containsExactly(2);
    }

    @Test
    void refusesAnEvenFilter() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DeconvolutionRisk(4, 10, 0.1, 5, DeconvolutionRisk.Script.SOUND))
                .withMessage("filter size is 4; allowed: odd numbers from 1");
    }

    private static Risk score(BallAscent ascent, double clip) {
        return new ScoreRisk(ScoreRisk.Form.ADVERSARIAL, ascent, 6, clip);
    }

    private NDArray one() {
        return Tensors.of(manager, new float[] {1}, new Shape(1));
    }

    private float settledLoss(NDArray images) {
        return targets.crossEntropy(learner.settled().logits(images)).mean().toFloatArray()[0];
    }

    /** On running statistics, so that calls do not depend on one another. */
    private float value(Risk risk, NDArray attacked, Targets asked) {
        UnaryOperator<NDArray> settled = learner.settled()::logits;
        return risk.loss(settled, batch.images(), attacked, asked).value().toFloatArray()[0];
    }
}
