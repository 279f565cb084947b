package io.faultline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.DevicePreference;
import io.faultline.worker.WorkRejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingDeviceTest {
    @ParameterizedTest
    @CsvSource({"cpu, ANY", "cpu, CPU", "gpu0, ANY", "gpu1, GPU"})
    void aRecipeRunsOnWhatItAsksFor(String own, DevicePreference asked) {
        assertThat(TrainingDevice.require(own, asked)).isEqualTo(own);
    }

    @Test
    void aRecipeForAGpuNeverRunsOnACpu() {
        assertThatThrownBy(() -> TrainingDevice.require("cpu", DevicePreference.GPU))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("asks for a GPU")
                .hasMessageContaining("computes on cpu")
                .hasMessageContaining("faultline.trainer.device=gpu0");
    }

    @Test
    void aRecipeForACpuDoesNotTakeAGpu() {
        assertThatThrownBy(() -> TrainingDevice.require("gpu0", DevicePreference.CPU))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("faultline.trainer.device=cpu");
    }
}
