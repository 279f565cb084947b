package io.faultline.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class ComputeDeviceTest {
    @Test
    void opensTheProcessor() {
        try (NDManager manager = ComputeDevice.open("cpu")) {
            assertThat(manager.ones(new Shape(3)).sum().toFloatArray()).containsExactly(3);
        }
    }

    @Test
    void anUnknownDeviceIsRefusedByNamingTheKnown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComputeDevice.open("tpu"))
                .withMessageStartingWith("device is 'tpu'; this machine has cpu");
    }

    @Test
    void theEngineStaysOffTheNetwork() {
        // When
        ComputeDevice.open("cpu").close();
        // Then
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    }
}
