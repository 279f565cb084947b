package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Seed;
import io.faultline.recipe.ThreatModel;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.Tensors;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against golden_attacks.py: PyTorch 2.13.0 in float64, one image at a time, from the same seeds. */
class AttackGoldenTest {
    private static final int IMAGES = 5;
    private static final int SIZE = 16;
    private static final ImageSeeds SEEDS = ImageSeeds.inOrder(Seed.of(11), IMAGES);
    // seen: 4.2e-7 on one processor; float32 may lose a little more on another
    private static final double CLOSE = 1e-5;
    // a gradient next to zero may have another sign in float32; then that pixel steps the other way
    private static final double SHARE_OF_TURNED_PIXELS = 0.002;

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, 10);
    private final Classifier classifier = network.classifier(ReferenceNumbers.weights(network, 5, manager));
    private final NDArray images = ReferenceNumbers.of(6).tensor(manager, new Shape(IMAGES, 3, SIZE, SIZE), 0.5, 0.5);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void fastGradientEqualsPyTorchs() {
        assertEqual(ThreatModel.LINF, "fgsm", new FastGradient(ball(ThreatModel.LINF)));
    }

    @ParameterizedTest
    @CsvSource({
        "LINF, apgd-ce,  CROSS_ENTROPY, 0",
        "LINF, apgd-dlr, LOGITS_RATIO, 0",
        "LINF, apgd-t,   TARGETED_LOGITS_RATIO, 3",
        "L2,   apgd-ce,  CROSS_ENTROPY, 0",
        "L2,   apgd-dlr, LOGITS_RATIO, 0",
        "L2,   apgd-t,   TARGETED_LOGITS_RATIO, 3"
    })
    void twentyAutoPgdStepsEqualPyTorchs(ThreatModel threat, String name, AttackLoss loss, int rank) {
        assertEqual(threat, name, new AutoProjectedGradientDescent(ball(threat), loss, rank, 20));
    }

    @ParameterizedTest
    @EnumSource(ThreatModel.class)
    void twentyFabStepsEqualPyTorchs(ThreatModel threat) {
        assertEqual(threat, "fab-t", new FastAdaptiveBoundary(ball(threat), 2, 20));
    }

    @ParameterizedTest
    @EnumSource(ThreatModel.class)
    void aHundredAndTwentySquaresEqualNumPys(ThreatModel threat) {
        assertEqual(threat, "square", new SquareAttack(ball(threat), 120));
    }

    @ParameterizedTest
    @EnumSource(ThreatModel.class)
    void autoAttackLeavesTheSameImagesRobust(ThreatModel threat) {
        // Given
        Map<String, Safetensors.Tensor> expected = golden(threat);
        // When
        AutoAttack.Outcome outcome =
                new AutoAttack(ball(threat), 10, 3, 10, 60).attack(classifier, images, labels(expected), SEEDS);
        // Then
        assertThat(outcome.fates().stream().mapToLong(Enum::ordinal).toArray())
                .containsExactly(expected.get("fates").longs());
        assertThat(outcome.notes()).isEmpty();
    }

    private void assertEqual(ThreatModel threat, String name, Adversary attack) {
        // Given
        Map<String, Safetensors.Tensor> expected = golden(threat);
        NDArray labels = labels(expected);
        // When
        NDArray adversarial = attack.perturb(classifier, images, labels, SEEDS);
        // Then
        float[] values = adversarial.toFloatArray();
        float[] reference = expected.get(name).floats();
        assertThat(values).hasSameSizeAs(reference);
        int further = 0;
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            double difference = Math.abs(values[i] - (double) reference[i]);
            further += difference > CLOSE ? 1 : 0;
            largest = Math.max(largest, difference);
        }
        assertThat((double) further / values.length)
                .as("share of pixels further than %s; largest difference %s", CLOSE, largest)
                .isLessThan(SHARE_OF_TURNED_PIXELS);
        Answers answers = Answers.of(classifier, adversarial);
        long[] fooled = new long[IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            fooled[i] = answers.wrong(i, labels.toLongArray()[i]) ? 1 : 0;
        }
        assertThat(fooled).containsExactly(expected.get(name + ".fooled").longs());
    }

    private NDArray labels(Map<String, Safetensors.Tensor> expected) {
        return Tensors.load(expected.get("labels"), manager);
    }

    private static PerturbationBall ball(ThreatModel threat) {
        return switch (threat) {
            case LINF -> new LinfBall(0.012);
            case L2 -> new L2Ball(0.2);
        };
    }

    private static Map<String, Safetensors.Tensor> golden(ThreatModel threat) {
        return ReferenceNumbers.golden("attacks/" + threat.wireName());
    }
}
