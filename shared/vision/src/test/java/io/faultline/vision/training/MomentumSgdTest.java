package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MomentumSgdTest {
    // the reference is float64
    private static final double TOLERANCE = 1e-4;
    // a ReLU next to zero that float32 flips lets a gradient jump, in PyTorch's own float32 too
    private static final double GRADIENT_TOLERANCE = 5e-3;

    private final NDManager manager = ComputeDevice.open("cpu");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void tenStepsWithMomentumDecayClippingAndCosineEqualPyTorchs() {
        // Given: golden.py, PyTorch 2.13.0 in float64
        Map<String, Safetensors.Tensor> expected = ReferenceNumbers.golden("ten-sgd-steps");
        NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, 10);
        StateDict weights = ReferenceNumbers.weights(network, 3, manager);
        Optimizer sgd = sgd(0.002, 0.9, 5e-4);
        LearningRateSchedule schedule = LearningRateSchedule.cosine(0.002, 10);
        float[] losses = new float[10];
        float[] norms = new float[10];
        // When
        for (int step = 0; step < 10; step++) {
            ImageBatch batch = ReferenceNumbers.batch(manager, 32, 16, 10, 100 + step);
            try (Gradients gradients = Gradients.of(
                    manager,
                    weights,
                    network.parameters(),
                    w -> CrossEntropy.mean(
                            network.logits(w, batch.images(), BatchNormMode.BATCH_STATISTICS), batch.labels()))) {
                losses[step] = gradients.loss().toFloatArray()[0];
                norms[step] = (float) GradientNormClipping.clip(gradients.all().values(), 6.2, manager);
                sgd.step(weights, gradients.all(), schedule.rate(step));
            }
        }
        // Then
        assertThat(ReferenceNumbers.relativeError(losses, expected.get("losses").floats()))
                .isLessThan(TOLERANCE);
        assertThat(ReferenceNumbers.relativeError(norms, expected.get("norms").floats()))
                .isLessThan(GRADIENT_TOLERANCE);
        weights.export().forEach((name, tensor) -> {
            Safetensors.Tensor reference = expected.get("after." + name);
            if (tensor.type() == Safetensors.ElementType.I64) {
                assertThat(tensor.longs()).containsExactly(10);
            } else {
                assertThat(ReferenceNumbers.relativeError(tensor.floats(), reference.floats()))
                        .as(name)
                        .isLessThan(TOLERANCE);
            }
        });
    }

    @Test
    void twoStepsByHand() {
        // Given: loss = 3w, so the gradient is 3
        StateDict weights = StateDict.of(manager, Map.of("w", Safetensors.Tensor.of(new float[] {2}, List.of(1L))));
        Optimizer sgd = sgd(0.1, 0.5, 0.25);
        // When
        step(sgd, weights, 0.1);
        float first = weights.get("w").toFloatArray()[0];
        step(sgd, weights, 0.2);
        // Then: b = 3 + 0.25·2 = 3.5, w = 2 − 0.35; b = 0.5·3.5 + 3 + 0.25·1.65 = 5.1625, w = 1.65 − 0.2·5.1625
        assertThat(first).isEqualTo(1.65f, within(1e-6f));
        assertThat(weights.get("w").toFloatArray()[0]).isEqualTo(0.6175f, within(1e-6f));
    }

    @Test
    void clippingScalesAllGradientsByTheirJointLength() {
        // Given: joint length 13
        NDArray one = Tensors.of(manager, new float[] {3, 4}, new Shape(2));
        NDArray other = Tensors.of(manager, new float[] {12}, new Shape(1));
        // When
        double norm = GradientNormClipping.clip(List.of(one, other), 6.5, manager);
        // Then
        assertThat(norm).isEqualTo(13, within(1e-5));
        assertThat(one.toFloatArray()).containsExactly(new float[] {1.5f, 2}, within(1e-5f));
        assertThat(other.toFloatArray()).containsExactly(new float[] {6}, within(1e-5f));
    }

    @Test
    void clippingLeavesShortGradientsAlone() {
        // Given
        NDArray gradient = Tensors.of(manager, new float[] {3, 4}, new Shape(2));
        // When
        GradientNormClipping.clip(List.of(gradient), 5.1, manager);
        // Then
        assertThat(gradient.toFloatArray()).containsExactly(3, 4);
    }

    private Optimizer sgd(double rate, double momentum, double decay) {
        return new MomentumSgd.Settings(rate, momentum, decay, MomentumSgd.Momentum.CLASSICAL).create(manager);
    }

    private void step(Optimizer sgd, StateDict weights, double rate) {
        NDArray three = Tensors.of(manager, new float[] {3}, new Shape(1));
        try (Gradients gradients = Gradients.of(
                manager, weights, List.of("w"), w -> w.get("w").mul(three).sum())) {
            sgd.step(weights, gradients.all(), rate);
        }
    }
}
