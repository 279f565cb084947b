package io.faultline.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComputeDevicesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cpu | cpu | true",
                "gpu0 | gpu0 | false",
                "'gpu1, gpu0' | gpu1,gpu0 | false",
                "cpu,cpu | cpu,cpu | true"
            })
    void readsWhatItIsWrittenAs(String written, String names, boolean cpu) {
        // When
        ComputeDevices devices = ComputeDevices.parse(written);
        // Then
        assertThat(devices.names()).isEqualTo(names);
        assertThat(devices.onCpu()).isEqualTo(cpu);
        assertThat(ComputeDevices.parse(devices.names())).isEqualTo(devices);
    }

    @Test
    void theFirstIsTheFirstThatIsNamed() {
        assertThat(ComputeDevices.parse("gpu3,gpu1").devices()).containsExactly(Device.gpu(3), Device.gpu(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | device is '' in ''",
                "tpu | device is 'tpu' in 'tpu'; allowed: cpu, gpu0",
                "gpu | device is 'gpu' in 'gpu'",
                "gpu:0 | device is 'gpu:0'",
                "gpu01 | device is 'gpu01'",
                "gpu0, | device is '' in 'gpu0,'",
                "gpu0,tpu | device is 'tpu' in 'gpu0,tpu'",
                "cpu,gpu0 | devices are 'cpu,gpu0', processor and GPU mixed",
                "gpu0,gpu1,gpu0 | devices are 'gpu0,gpu1,gpu0', of which one is named twice"
            })
    void refusesWhatIsNoList(String written, String said) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComputeDevices.parse(written))
                .withMessageStartingWith(said);
    }

    @Test
    void opensTheFirstsMemory() {
        try (NDManager manager = ComputeDevices.parse("cpu,cpu").open()) {
            assertThat(ComputeDevices.of(manager)).isEqualTo(ComputeDevices.parse("cpu"));
        }
    }

    /** No machine has so many GPUs. */
    @ParameterizedTest
    @CsvSource({"gpu9999", "'gpu9998,gpu9999'"})
    void whatTheMachineLacksIsNotOpened(String written) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComputeDevices.parse(written).open())
                .withMessageStartingWith("device is 'gpu9999'; this machine has cpu");
    }
}
