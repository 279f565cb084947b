package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.StateDict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeightAveragingTest {
    private final NDManager manager = ComputeDevice.open("cpu");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void twoStepsByHand() {
        // Given
        StateDict average = dict(1, 0);
        // When: d_0 = 1/10, d_1 = 2/11
        WeightAveraging averaging = new WeightAveraging(0.9);
        averaging.update(average, dict(2, 7), 0);
        float first = average.get("w").toFloatArray()[0];
        averaging.update(average, dict(3, 8), 1);
        // Then: 0.1 · 1 + 0.9 · 2, and 2/11 · 1.9 + 9/11 · 3; the counter is copied
        assertThat(first).isEqualTo(1.9f, within(1e-6f));
        assertThat(average.get("w").toFloatArray()[0]).isEqualTo(2.8f, within(1e-6f));
        assertThat(average.get("n").toLongArray()).containsExactly(8);
    }

    @Test
    void theDecayClimbsToWhatItIsSetTo() {
        // When
        WeightAveraging averaging = new WeightAveraging(0.9);
        // Then
        assertThat(averaging.decay(0)).isEqualTo(0.1);
        assertThat(averaging.decay(79)).isEqualTo(80.0 / 89, within(1e-12));
        assertThat(averaging.decay(80)).isEqualTo(0.9);
        assertThat(averaging.decay(1_000_000)).isEqualTo(0.9);
    }

    @Test
    void refusesAnAverageThatNeverMoves() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WeightAveraging(1))
                .withMessage("decay is 1.0; allowed: 0 to below 1");
    }

    private StateDict dict(float weight, long counter) {
        return StateDict.of(
                manager,
                Map.of(
                        "w", Safetensors.Tensor.of(new float[] {weight}, List.of(1L)),
                        "n", Safetensors.Tensor.of(new long[] {counter}, List.of())));
    }
}
