package io.faultline.vision.network;

import static io.faultline.vision.network.ReferenceNumbers.golden;
import static io.faultline.vision.network.ReferenceNumbers.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.ImageBatch;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against golden.py's networks, written by PyTorch 2.13.0 in float64. */
class NormalizedNetworkGoldenTest {
    // the reference is float64, so this is what float32 loses over twenty layers and back
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @CsvSource({
        "RESNET18, 2, 10, eval, RUNNING_STATISTICS",
        "RESNET18, 2, 10, train, BATCH_STATISTICS",
        "RESNET34, 1,  7, eval, RUNNING_STATISTICS"
    })
    void logitsAndGradientsEqualPyTorchs(
            Architecture architecture, int width, int classes, String name, BatchNormMode mode) {
        // Given
        Map<String, Safetensors.Tensor> expected = golden(architecture.wireName() + "-" + name);
        NormalizedNetwork network = ReferenceNumbers.network(architecture, width, classes);
        try (NDManager manager = ComputeDevice.open("cpu");
                StateDict weights = ReferenceNumbers.weights(network, 1, manager)) {
            ImageBatch batch = ReferenceNumbers.batch(manager, 8, 32, classes, 2);
            StateDict forImages = weights.copy(manager);
            // When
            float[][] logits = new float[1][];
            Gradients gradients = Gradients.of(manager, weights, network.parameters(), w -> {
                NDArray answer = network.logits(w, batch.images(), mode);
                logits[0] = answer.toFloatArray();
                return CrossEntropy.mean(answer, batch.labels());
            });
            NDArray byImages = Gradients.of(
                    batch.images(), x -> CrossEntropy.mean(network.logits(forImages, x, mode), batch.labels()));
            // Then
            assertThat(relativeError(logits[0], expected.get("logits").floats()))
                    .isLessThan(TOLERANCE);
            assertThat(relativeError(
                            gradients.loss().toFloatArray(),
                            expected.get("loss").floats()))
                    .isLessThan(TOLERANCE);
            assertThat(gradients.all()).hasSize(network.parameters().size());
            gradients.all().forEach((parameter, gradient) -> assertThat(relativeError(
                            gradient.toFloatArray(),
                            expected.get("gradient." + parameter).floats()))
                    .as(parameter)
                    .isLessThan(TOLERANCE));
            assertThat(relativeError(
                            byImages.get(0).toFloatArray(),
                            expected.get("gradient.images[0]").floats()))
                    .isLessThan(TOLERANCE);
        }
    }

    @Test
    void trainingMovesTheRunningStatisticsAsPyTorchDoes() {
        // Given
        Map<String, Safetensors.Tensor> expected = golden("resnet18-train");
        NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, 10);
        try (NDManager manager = ComputeDevice.open("cpu");
                StateDict weights = ReferenceNumbers.weights(network, 1, manager)) {
            ImageBatch batch = ReferenceNumbers.batch(manager, 8, 32, 10, 2);
            // When
            network.logits(weights, batch.images(), BatchNormMode.BATCH_STATISTICS);
            // Then
            Map<String, Safetensors.Tensor> moved = weights.export();
            assertThat(network.buffers()).hasSize(60);
            for (String buffer : network.buffers()) {
                if (buffer.endsWith("num_batches_tracked")) {
                    assertThat(moved.get(buffer).longs()).as(buffer).containsExactly(1);
                } else {
                    assertThat(relativeError(
                                    moved.get(buffer).floats(),
                                    expected.get("after." + buffer).floats()))
                            .as(buffer)
                            .isLessThan(TOLERANCE);
                }
            }
        }
    }

    @Test
    void foldedBatchNormsChangeNothingButRounding() {
        // Given
        NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, 10);
        try (NDManager manager = ComputeDevice.open("cpu");
                StateDict weights = ReferenceNumbers.weights(network, 1, manager)) {
            ImageBatch batch = ReferenceNumbers.batch(manager, 8, 32, 10, 2);
            // When
            float[] folded =
                    network.folded(weights, manager).logits(batch.images()).toFloatArray();
            // Then
            assertThat(relativeError(
                            folded, golden("resnet18-eval").get("logits").floats()))
                    .isLessThan(TOLERANCE);
        }
    }
}
