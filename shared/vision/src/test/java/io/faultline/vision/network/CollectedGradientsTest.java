package io.faultline.vision.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Normalization;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.AttackLoss;
import io.faultline.vision.batch.ImageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A garbage collection between a loss and its backward pass changes nothing: no recorded operation reads a number that the engine
 * has only borrowed from Java, as it does in {@code mul(2f)}.
 */
class CollectedGradientsTest {
    @ParameterizedTest
    @CsvSource({
        "RESNET18, 16, 2,",
        "WRN28_10, 16, 16, 10",
        "VGG16_BN, 32, 2,",
        "DENSENET121, 16, 2,",
        "MOBILENET_V2, 16, 4,",
        "EFFICIENTNET_V2_S, 32, 3,",
        "DEIT_TINY, 32, 12, 2"
    })
    void gradientsAreTheSameBits(Architecture architecture, int pixels, int width, Integer depth) {
        // Given
        NormalizedNetwork network =
                NormalizedNetwork.of(new NetworkSpec(architecture, width, depth, 32, 5, Normalization.CIFAR10));
        try (NDManager manager = ComputeDevice.open("cpu")) {
            ImageBatch batch = ReferenceNumbers.batch(manager, 4, pixels, 5, 2);
            StateDict weights = ReferenceNumbers.weights(network, 3, manager);
            // When
            List<float[]> undisturbed = gradients(network, weights, batch, loss -> loss);
            List<float[]> collected = gradients(network, weights, batch, FreedMemory::overwritten);
            // Then
            for (int i = 0; i < undisturbed.size(); i++) {
                assertThat(collected.get(i)).isEqualTo(undisturbed.get(i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsOfAttackLossesAreTheSameBits(AttackLoss loss) {
        // Given
        try (NDManager manager = ComputeDevice.open("cpu")) {
            NDArray logits = ReferenceNumbers.of(4).tensor(manager, new Shape(3, 6), 3, 0);
            NDArray labels = Tensors.of(manager, new long[] {0, 2, 5}, new Shape(3));
            NDArray targets = Tensors.of(manager, new long[] {1, 4, 0}, new Shape(3));
            // When
            NDArray undisturbed =
                    Gradients.of(logits, z -> loss.of(z, labels, targets).sum());
            NDArray collected = Gradients.of(
                    logits,
                    z -> FreedMemory.overwritten(loss.of(z, labels, targets).sum()));
            // Then
            assertThat(collected.toFloatArray()).isEqualTo(undisturbed.toFloatArray());
        }
    }

    private static List<float[]> gradients(
            NormalizedNetwork network, StateDict weights, ImageBatch batch, UnaryOperator<NDArray> before) {
        List<String> names = new ArrayList<>(List.of("images"));
        names.addAll(network.parameters());
        try (Gradients gradients = Gradients.of(
                batch.images().getManager(),
                weights.with("images", batch.images()),
                names,
                w -> before.apply(CrossEntropy.mean(
                        network.logits(w, w.get("images"), BatchNormMode.RUNNING_STATISTICS), batch.labels())))) {
            return gradients.all().values().stream().map(NDArray::toFloatArray).toList();
        }
    }
}
