package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against losses_golden.py, PyTorch 2.13.0 in float64: ten steps along given gradients. */
class OptimizerTest {
    // ten steps of float32
    private static final double TOLERANCE = 2e-6;
    private static final List<List<Long>> SHAPES = List.of(List.of(3L, 4L), List.of(4L));

    private final NDManager manager = ComputeDevice.open("cpu");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "nesterov", "adamw"})
    void tenStepsEqualPyTorchs(String name) {
        // Given
        ReferenceNumbers numbers = ReferenceNumbers.of(21);
        StateDict weights = weights(numbers);
        // When
        try (Optimizer optimizer = settings(name).create(manager)) {
            for (int step = 0; step < 10; step++) {
                step(optimizer, weights, numbers, step);
            }
        }
        // Then
        assertEqualsGolden(name, weights);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "nesterov", "adamw"})
    void goesOnFromWhatWasKeptBitForBit(String name) {
        // Given
        ReferenceNumbers numbers = ReferenceNumbers.of(21);
        StateDict weights = weights(numbers);
        Map<String, Safetensors.Tensor> kept;
        try (Optimizer optimizer = settings(name).create(manager)) {
            for (int step = 0; step < 4; step++) {
                step(optimizer, weights, numbers, step);
            }
            kept = optimizer.export();
        }
        // When
        try (Optimizer another = settings(name).create(manager)) {
            another.restore(kept, weights.names());
            for (int step = 4; step < 10; step++) {
                step(another, weights, numbers, step);
            }
        }
        // Then
        assertEqualsGolden(name, weights);
    }

    @Test
    void oneStepOfAdamWByHand() {
        // Given: of the first step both moments' corrections leave the gradient and its size, so that the step is its
        // sign
        StateDict weights = StateDict.of(manager, Map.of("w", Safetensors.Tensor.of(new float[] {2, -2}, List.of(2L))));
        NDArray gradient = Tensors.of(manager, new float[] {3, 0.5f}, new Shape(2));
        try (Optimizer optimizer = new AdamW.Settings(9, 0.9, 0.999, 1e-8, 0.5).create(manager)) {
            // When
            optimizer.step(weights, Map.of("w", gradient), 0.1);
        }
        // Then: ±2 · (1 − 0.1 · 0.5) − 0.1
        assertThat(weights.get("w").toFloatArray()).containsExactly(new float[] {1.8f, -2}, within(1e-6f));
    }

    @Test
    void saysWhatAnotherOptimizersCheckpointLacks() {
        // Given
        ReferenceNumbers numbers = ReferenceNumbers.of(21);
        StateDict weights = weights(numbers);
        Map<String, Safetensors.Tensor> kept;
        try (Optimizer sgd = settings("sgd").create(manager)) {
            step(sgd, weights, numbers, 0);
            kept = sgd.export();
        }
        // Then
        try (Optimizer adam = settings("adamw").create(manager)) {
            assertThatExceptionOfType(InvalidCheckpointException.class)
                    .isThrownBy(() -> adam.restore(kept, weights.names()))
                    .withMessageContaining("'adam.first.0' is missing");
        }
    }

    @Test
    void refusesNesterovWithoutMomentum() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MomentumSgd.Settings(0.1, 0, 0, MomentumSgd.Momentum.NESTEROV))
                .withMessageContaining("momentum, which is 0");
    }

    private static Optimizer.Settings settings(String name) {
        return switch (name) {
            case "sgd" -> new MomentumSgd.Settings(0.1, 0.9, 5e-2, MomentumSgd.Momentum.CLASSICAL);
            case "nesterov" -> new MomentumSgd.Settings(0.1, 0.9, 5e-2, MomentumSgd.Momentum.NESTEROV);
            default -> new AdamW.Settings(0.1, 0.8, 0.95, 1e-3, 0.3);
        };
    }

    private StateDict weights(ReferenceNumbers numbers) {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < SHAPES.size(); i++) {
            tensors.put(Integer.toString(i), Safetensors.Tensor.of(numbers.floats(size(i), 1, 0), SHAPES.get(i)));
        }
        return StateDict.of(manager, tensors);
    }

    private void step(Optimizer optimizer, StateDict weights, ReferenceNumbers numbers, int step) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        for (int i = 0; i < SHAPES.size(); i++) {
            Safetensors.Tensor gradient = Safetensors.Tensor.of(numbers.floats(size(i), 0.5, 0.1), SHAPES.get(i));
            gradients.put(Integer.toString(i), Tensors.load(gradient, manager));
        }
        optimizer.step(weights, gradients, 0.1 / (1 + step));
    }

    private static int size(int i) {
        return SHAPES.get(i).stream().mapToInt(Long::intValue).reduce(1, Math::multiplyExact);
    }

    private static void assertEqualsGolden(String name, StateDict weights) {
        Map<String, Safetensors.Tensor> expected = ReferenceNumbers.golden("optimizers");
        for (String weight : weights.names()) {
            assertThat(ReferenceNumbers.relativeError(
                            weights.get(weight).toFloatArray(),
                            expected.get(name + "." + weight).floats()))
                    .as(weight)
                    .isLessThan(TOLERANCE);
        }
    }
}
