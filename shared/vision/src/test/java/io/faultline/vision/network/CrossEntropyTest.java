package io.faultline.vision.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.json.FaultlineJson;
import io.faultline.vision.ComputeDevice;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrossEntropyTest {
    private static final double TOLERANCE = 1e-5; // relative, float32

    @Test
    void equalsPyTorchsEvenForHugeLogits() throws IOException {
        // Given: golden.py, PyTorch 2.13.0
        List<?> expected;
        try (InputStream in = getClass().getResourceAsStream("/golden/scalars.json")) {
            expected =
                    (List<?>) FaultlineJson.read(in.readAllBytes(), Map.class).get("crossEntropy");
        }
        try (NDManager manager = ComputeDevice.open("cpu")) {
            float[] values = ReferenceNumbers.of(9).floats(35, 8, 0);
            values[4 * 7 + 2] = 500;
            NDArray logits = Tensors.of(manager, values, new Shape(5, 7));
            NDArray labels = Tensors.of(manager, new long[] {0, 6, 3, 3, 1}, new Shape(5));
            // When
            float[] each = CrossEntropy.each(logits, labels).toFloatArray();
            // Then
            double sum = 0;
            for (int i = 0; i < each.length; i++) {
                double value = ((Number) expected.get(i)).doubleValue();
                sum += value;
                assertThat((double) each[i]).isCloseTo(value, within(TOLERANCE * value));
            }
            assertThat((double) CrossEntropy.sum(logits, labels).toFloatArray()[0])
                    .isCloseTo(sum, within(TOLERANCE * sum));
            assertThat((double) CrossEntropy.mean(logits, labels).toFloatArray()[0])
                    .isCloseTo(sum / 5, within(TOLERANCE * sum));
        }
    }

    @Test
    void isLogTwoWhereTwoClassesAreEquallyLikely() {
        try (NDManager manager = ComputeDevice.open("cpu")) {
            // Given
            NDArray logits = Tensors.of(manager, new float[] {3, 3}, new Shape(1, 2));
            NDArray labels = Tensors.of(manager, new long[] {1}, new Shape(1));
            // Then
            assertThat(CrossEntropy.each(logits, labels).toFloatArray()).containsExactly((float) Math.log(2));
        }
    }
}
