package io.faultline.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.DevicePreference;
import io.faultline.worker.WorkRejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestedDeviceTest {
    @ParameterizedTest
    @CsvSource({
        "cpu, ANY",
        "cpu, CPU",
        "gpu0, ANY",
        "gpu1, GPU",
        "'gpu0,gpu1', GPU",
        "'gpu1,gpu0', ANY",
        "'cpu,cpu', CPU"
    })
    void aRecipeRunsOnWhatItAsksFor(String own, DevicePreference asked) {
        assertThat(new RequestedDevice(own, "faultline.trainer.device")
                        .require(asked)
                        .names())
                .isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cpu,cpu"})
    void aRecipeForAGpuNeverRunsOnACpu(String own) {
        assertThatThrownBy(() -> new RequestedDevice(own, "faultline.trainer.device").require(DevicePreference.GPU))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("asks for a GPU")
                .hasMessageContaining("computes on " + own)
                .hasMessageContaining("faultline.trainer.device=gpu0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu0", "gpu0,gpu1"})
    void aRecipeForACpuDoesNotTakeAGpu(String own) {
        assertThatThrownBy(() -> new RequestedDevice(own, "faultline.trainer.device").require(DevicePreference.CPU))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("faultline.trainer.device=cpu");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tpu | device is 'tpu' in 'tpu'; allowed: cpu, gpu0, or several GPUs",
                "cpu,gpu0 | devices are 'cpu,gpu0', processor and GPU mixed",
                "gpu0,gpu0 | devices are 'gpu0,gpu0', of which one is named twice"
            })
    void whatIsNoDeviceIsRefusedByNamingTheProperty(String own, String said) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestedDevice(own, "faultline.trainer.device"))
                .withMessageStartingWith("faultline.trainer.device: " + said);
    }

    @Test
    void severalDevicesAreRefusedWhereTheWorkIsNotDivided() {
        assertThatThrownBy(() -> new RequestedDevice("gpu0,gpu1", "faultline.rift.device").alone())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("faultline.rift.device is gpu0,gpu1; allowed: one device.");
        assertThat(new RequestedDevice("gpu1", "faultline.rift.device").alone().own())
                .isEqualTo("gpu1");
    }
}
