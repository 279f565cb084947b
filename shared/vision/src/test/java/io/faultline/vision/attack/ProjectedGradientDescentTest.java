package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Seed;
import io.faultline.recipe.ThreatModel;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectedGradientDescentTest {
    // a pixel of up to 1 is known to 6e-8 in float32; adding and subtracting one loses as much again
    private static final double ROUNDING = 2e-7;
    private static final Seed SEED = Seed.of(3);

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, 10);
    private final StateDict weights = ReferenceNumbers.weights(network, 5, manager);
    private final ImageBatch batch = ReferenceNumbers.batch(manager, 4, 32, 10, 6);
    private final Classifier classifier = network.classifier(weights);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void sevenLinfStepsFromAFixedStartEqualPyTorchs() {
        // Given: golden.py, PyTorch 2.13.0 in float64
        NDArray noise = ReferenceNumbers.of(7).tensor(manager, batch.images().getShape(), 8 / 255.0, 0);
        NDArray start = batch.images().add(noise).clip(0f, 1f);
        ProjectedGradientDescent attack = new ProjectedGradientDescent(new LinfBall(8 / 255.0), 2 / 255.0, 7, true);
        // When
        NDArray adversarial = attack.ascend(classifier, batch.images(), start, batch.labels());
        // Then: a gradient next to zero may have another sign in float32; then that pixel steps the other way
        Map<String, Safetensors.Tensor> expected = ReferenceNumbers.golden("pgd-linf");
        assertThat(shareFurtherThan(1e-5, adversarial, expected.get("adversarial")))
                .isLessThan(0.002);
        assertSameLosses(adversarial, expected.get("losses"));
    }

    @Test
    void sevenL2StepsFromAFixedStartEqualPyTorchs() {
        // Given: golden.py, PyTorch 2.13.0 in float64
        NDArray noise = ReferenceNumbers.of(7).tensor(manager, batch.images().getShape(), 1, 0);
        NDArray start =
                batch.images().add(new L2Ball(1).steepest(noise).mul(0.3)).clip(0f, 1f);
        ProjectedGradientDescent attack = new ProjectedGradientDescent(new L2Ball(0.5), 0.1, 7, true);
        // When
        NDArray adversarial = attack.ascend(classifier, batch.images(), start, batch.labels());
        // Then
        Map<String, Safetensors.Tensor> expected = ReferenceNumbers.golden("pgd-l2");
        assertThat(shareFurtherThan(1e-5, adversarial, expected.get("adversarial")))
                .isLessThan(0.002);
        assertSameLosses(adversarial, expected.get("losses"));
    }

    @ParameterizedTest
    @CsvSource({
        "LINF, 8/255, 2/255, 10, true",
        "LINF, 8/255, 1, 3, true",
        "LINF, 8/255, 2/255, 10, false",
        "LINF, 0, 2/255, 3, true",
        "LINF, 1, 0.5, 3, true",
        "L2, 0.5, 0.1, 10, true",
        "L2, 0.5, 5, 3, false",
        "L2, 0, 0.1, 3, true",
        "L2, 20, 10, 2, true"
    })
    void everyAdversarialImageStaysInTheBallAndInTheRange(
            ThreatModel threat, String radius, String stepSize, int steps, boolean randomStart) {
        // Given
        AttackRecipe recipe =
                new AttackRecipe(threat, Ratio.parse(radius), Ratio.parse(stepSize), steps, 1, randomStart);
        PerturbationBall ball = PerturbationBall.of(recipe);
        // When
        NDArray adversarial = Adversary.of(recipe).perturb(classifier, batch.images(), batch.labels(), SEED);
        // Then
        for (float distance : ball.distance(adversarial, batch.images()).toFloatArray()) {
            assertThat((double) distance).isLessThanOrEqualTo(ball.radius() * (1 + 1e-6) + ROUNDING);
        }
        assertThat(adversarial.min().toFloatArray()[0]).isGreaterThanOrEqualTo(0);
        assertThat(adversarial.max().toFloatArray()[0]).isLessThanOrEqualTo(1);
        assertThat(adversarial.getShape()).isEqualTo(batch.images().getShape());
    }

    @ParameterizedTest
    @CsvSource({"LINF, 8/255, 2/255", "L2, 0.5, 0.1"})
    void raisesTheLossOfEveryImage(ThreatModel threat, String radius, String stepSize) {
        // Given
        AttackRecipe recipe = new AttackRecipe(threat, Ratio.parse(radius), Ratio.parse(stepSize), 10, 1, true);
        // When
        NDArray adversarial = Adversary.of(recipe).perturb(classifier, batch.images(), batch.labels(), SEED);
        // Then
        float[] before = losses(batch.images());
        float[] after = losses(adversarial);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isGreaterThan(before[i] + 0.1f);
        }
    }

    @Test
    void goesAgainstALinearClassifierStraightToTheCorner() {
        // Given: class 1 scores the mean of all pixels, so the image of class 1 gets darker by ε everywhere
        Classifier mean = images -> {
            try (NDArray flat = images.reshape(images.getShape().get(0), -1);
                    NDArray brightness = flat.mean(new int[] {1}, true);
                    NDArray dark = brightness.zerosLike()) {
                return dark.concat(brightness, 1);
            }
        };
        NDArray images = Tensors.of(manager, filled(2 * 3 * 4, 0.5f), new Shape(2, 3, 2, 2));
        NDArray labels = Tensors.of(manager, new long[] {1, 0}, new Shape(2));
        // When
        float[] adversarial = new ProjectedGradientDescent(new LinfBall(0.1), 0.03, 5, false)
                .perturb(mean, images, labels, SEED)
                .toFloatArray();
        // Then
        for (int i = 0; i < adversarial.length; i++) {
            assertThat(adversarial[i]).isCloseTo(i < adversarial.length / 2 ? 0.4f : 0.6f, within(1e-6f));
        }
    }

    @Test
    void sameSeedGivesTheSameImagesAndAnotherSeedOthers() {
        // Given
        Adversary attack = Adversary.of(AttackRecipe.PGD_10.withSteps(2));
        // When
        float[] one =
                attack.perturb(classifier, batch.images(), batch.labels(), SEED).toFloatArray();
        float[] again =
                attack.perturb(classifier, batch.images(), batch.labels(), SEED).toFloatArray();
        float[] other = attack.perturb(classifier, batch.images(), batch.labels(), Seed.of(4))
                .toFloatArray();
        // Then
        assertThat(again).containsExactly(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void leavesParametersWithoutGradientAndStatisticsAsTheyWere() {
        // Given
        StateDict before = weights.copy(manager);
        // When
        Adversary.of(AttackRecipe.PGD_10.withSteps(2)).perturb(classifier, batch.images(), batch.labels(), SEED);
        // Then
        for (String name : weights.names()) {
            assertThat(weights.get(name).hasGradient()).as(name).isFalse();
            assertThat(weights.get(name).contentEquals(before.get(name)))
                    .as(name)
                    .isTrue();
        }
        assertThat(batch.images().hasGradient()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"LINF, 1", "LINF, 3", "L2, 1", "L2, 2"})
    void leavesNothingBehindButTheResult(ThreatModel threat, int restarts) {
        // Given
        AttackRecipe recipe = new AttackRecipe(threat, Ratio.parse("0.1"), Ratio.parse("0.02"), 3, restarts, true);
        Classifier folded = network.folded(weights, manager);
        int before = manager.getManagedArrays().size();
        // When
        Adversary.of(recipe).perturb(folded, batch.images(), batch.labels(), SEED);
        // Then
        assertThat(manager.getManagedArrays()).hasSize(before + 1);
    }

    @Test
    void theWorstOfSeveralStartsIsAsBadAsTheWorstOfThem() {
        // Given
        Adversary once = Adversary.of(AttackRecipe.PGD_10.withSteps(1));
        // When
        NDArray worst = new WorstOfRestarts(once, 3).perturb(classifier, batch.images(), batch.labels(), SEED);
        // Then
        float[] margins = margins(worst);
        float[] largest = filled(4, Float.NEGATIVE_INFINITY);
        for (int restart : List.of(0, 1, 2)) {
            ImageSeeds seeds = ImageSeeds.inOrder(SEED, 4).derive(restart);
            float[] single = margins(once.perturb(classifier, batch.images(), batch.labels(), seeds));
            for (int i = 0; i < largest.length; i++) {
                largest[i] = Math.max(largest[i], single[i]);
            }
        }
        assertThat(margins).containsExactly(largest, within(1e-4f));
    }

    @Test
    void aRandomStartFillsTheLinfBallEvenly() {
        // Given: grey images, so that nothing is clipped
        NDArray grey = Tensors.of(manager, filled(4 * 3 * 32 * 32, 0.5f), new Shape(4, 3, 32, 32));
        // When
        float[] start = new LinfBall(0.25).randomStart(grey, SEED).toFloatArray();
        // Then: mean 0 and variance (2ε)²/12 of 12288 draws, within four deviations of either
        double sum = 0;
        double squares = 0;
        for (float pixel : start) {
            sum += pixel - 0.5;
            squares += (pixel - 0.5) * (pixel - 0.5);
        }
        assertThat(sum / start.length).isCloseTo(0, within(4 * 0.144 / Math.sqrt(start.length)));
        assertThat(squares / start.length).isCloseTo(0.25 * 0.25 / 3, within(0.001));
    }

    private void assertSameLosses(NDArray adversarial, Safetensors.Tensor expected) {
        assertThat(ReferenceNumbers.relativeError(losses(adversarial), expected.floats()))
                .isLessThan(1e-3);
    }

    private static double shareFurtherThan(double distance, NDArray actual, Safetensors.Tensor expected) {
        float[] values = actual.toFloatArray();
        float[] reference = expected.floats();
        assertThat(values).hasSameSizeAs(reference);
        int further = 0;
        for (int i = 0; i < values.length; i++) {
            if (Math.abs(values[i] - reference[i]) > distance) {
                further++;
            }
        }
        return (double) further / values.length;
    }

    private float[] losses(NDArray images) {
        NDArray logits = network.logits(weights, images, BatchNormMode.RUNNING_STATISTICS);
        return CrossEntropy.each(logits, batch.labels()).toFloatArray();
    }

    private float[] margins(NDArray images) {
        float[] logits = classifier.logits(images).toFloatArray();
        long[] labels = batch.labels().toLongArray();
        float[] margins = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int k = 0; k < 10; k++) {
                if (k != labels[i]) {
                    largest = Math.max(largest, logits[i * 10 + k]);
                }
            }
            margins[i] = largest - logits[i * 10 + (int) labels[i]];
        }
        return margins;
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }
}
