package io.faultline.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.DevicePreference;
import io.faultline.worker.WorkRejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestedDeviceTest {
    @ParameterizedTest
    @CsvSource({"cpu, ANY", "cpu, CPU", "gpu0, ANY", "gpu1, GPU"})
    void aRecipeRunsOnWhatItAsksFor(String own, DevicePreference asked) {
        assertThat(new RequestedDevice(own, "faultline.trainer.device").require(asked))
                .isEqualTo(own);
    }

    @Test
    void aRecipeForAGpuNeverRunsOnACpu() {
        assertThatThrownBy(() -> new RequestedDevice("cpu", "faultline.trainer.device").require(DevicePreference.GPU))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("asks for a GPU")
                .hasMessageContaining("computes on cpu")
                .hasMessageContaining("faultline.trainer.device=gpu0");
    }

    @Test
    void aRecipeForACpuDoesNotTakeAGpu() {
        assertThatThrownBy(() -> new RequestedDevice("gpu0", "faultline.trainer.device").require(DevicePreference.CPU))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("faultline.trainer.device=cpu");
    }
}
