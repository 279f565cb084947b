package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AttackLossTest {
    private static final float[] LOGITS = {3, 1, -1, 2, 0.5f, 4, 2, 1, 0, -2};

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NDArray labels = Tensors.of(manager, new long[] {0, 1}, new Shape(2));
    private final NDArray targets = Tensors.of(manager, new long[] {4, 0}, new Shape(2));

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        // right: −(3 − 2)/(3 − 1); wrong: −(2 − 4)/(4 − 1)
        "LOGITS_RATIO, -0.5, 0.6666667",
        // −(3 − 0.5)/(3 − (1 + 0.5)/2); −(2 − 4)/(4 − (1 + 0)/2)
        "TARGETED_LOGITS_RATIO, -1.1111112, 0.5714286",
        "TARGETED_DIFFERENCE, -2.5, 2"
    })
    void equalsTheFormulaByHand(AttackLoss loss, float first, float second) {
        // Given
        NDArray logits = Tensors.of(manager, LOGITS, new Shape(2, 5));
        // When
        float[] losses = loss.of(logits, labels, targets).toFloatArray();
        // Then
        assertThat(losses).containsExactly(new float[] {first, second}, within(1e-6f));
    }

    @ParameterizedTest
    @EnumSource(AttackLoss.class)
    void gradientEqualsFiniteDifferences(AttackLoss loss) {
        // Given
        NDArray logits = Tensors.of(manager, LOGITS, new Shape(2, 5));
        float step = 1e-2f;
        // When
        float[] gradient =
                Gradients.of(logits, z -> loss.of(z, labels, targets).sum()).toFloatArray();
        // Then
        for (int i = 0; i < LOGITS.length; i++) {
            assertThat(gradient[i]).isCloseTo((sum(loss, i, step) - sum(loss, i, -step)) / (2 * step), within(2e-3f));
        }
    }

    @Test
    void theRatioDoesNotMindTheScaleOfTheLogits() {
        // Given
        NDArray logits = Tensors.of(manager, LOGITS, new Shape(2, 5));
        // When
        float[] plain = AttackLoss.LOGITS_RATIO.of(logits, labels, targets).toFloatArray();
        float[] scaled = AttackLoss.LOGITS_RATIO
                .of(logits.mul(1000).add(7), labels, targets)
                .toFloatArray();
        // Then
        assertThat(scaled).containsExactly(plain, within(1e-4f));
    }

    @ParameterizedTest
    @CsvSource({"LOGITS_RATIO, 2, 3", "TARGETED_LOGITS_RATIO, 3, 4"})
    void refusesFewerClassesThanTheFormulaNeeds(AttackLoss loss, int classes, int needed) {
        // Given
        NDArray logits = manager.zeros(new Shape(2, classes));
        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.of(logits, labels, targets))
                .withMessage("the network has " + classes + " classes; " + loss + " needs at least " + needed
                        + ": use another loss, such as CROSS_ENTROPY");
    }

    private float sum(AttackLoss loss, int changed, float by) {
        float[] values = LOGITS.clone();
        values[changed] += by;
        return loss.of(Tensors.of(manager, values, new Shape(2, 5)), labels, targets)
                .sum()
                .toFloatArray()[0];
    }
}
