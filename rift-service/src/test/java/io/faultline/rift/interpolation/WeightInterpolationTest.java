package io.faultline.rift.interpolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.rift.GoldenNetwork;
import io.faultline.vision.network.StateDict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeightInterpolationTest {
    private static final List<Long> THREE = List.of(3L);
    private static final Safetensors.Tensor COUNT = Safetensors.Tensor.of(new long[] {100}, List.of());
    private static final Map<String, Safetensors.Tensor> TRAINED = Map.of(
            "weight", Safetensors.Tensor.of(new float[] {1, -2, -0.0f}, THREE),
            "running_var", Safetensors.Tensor.of(new float[] {0.5f, 1, 2}, THREE),
            "num_batches_tracked", COUNT,
            "bias", Safetensors.Tensor.of(new float[] {0.1f, 0.2f, 0.3f}, THREE));
    private static final Map<String, Safetensors.Tensor> FINE_TUNED = Map.of(
            "weight", Safetensors.Tensor.of(new float[] {3, 2, 0.7f}, THREE),
            "running_var", Safetensors.Tensor.of(new float[] {1.5f, 3, 4}, THREE),
            "num_batches_tracked", Safetensors.Tensor.of(new long[] {107}, List.of()));

    private final NDManager manager = NDManager.newBaseManager();
    private final StateDict trained = StateDict.of(manager, TRAINED);
    private final WeightInterpolation line = new WeightInterpolation(trained, FINE_TUNED);

    @AfterEach
    void free() {
        manager.close();
    }

    @Test
    void bothEndsAreMetBitForBit() {
        try (StateDict start = line.state(0, manager);
                StateDict end = line.state(1, manager);
                StateDict fineTuned = StateDict.of(manager, FINE_TUNED)) {
            assertThat(GoldenNetwork.bytes(start)).isEqualTo(GoldenNetwork.bytes(trained));
            assertThat(GoldenNetwork.bytes(end))
                    .containsAllEntriesOf(GoldenNetwork.bytes(fineTuned))
                    .containsEntry("bias", GoldenNetwork.bytes(trained).get("bias"));
        }
    }

    @Test
    void aQuarterOfTheWayIsAQuarterOfTheWayInStatisticsToo() {
        // When
        Map<String, Safetensors.Tensor> quarter = line.at(0.25);

        // Then
        assertThat(quarter).containsOnlyKeys("weight", "running_var", "num_batches_tracked");
        assertThat(quarter.get("weight").floats()).containsExactly(1.5f, -1, 0.175f);
        assertThat(quarter.get("running_var").floats()).containsExactly(0.75f, 1.5f, 2.5f);
        assertThat(quarter.get("num_batches_tracked").longs()).containsExactly(102); // 101.75
    }

    @Test
    void whatDoesNotDifferStaysBitForBitAllAlong() {
        // Given
        float[] values = {1 / 3f, 0.1f, -7e-9f};
        Map<String, Safetensors.Tensor> same = Map.of("weight", Safetensors.Tensor.of(values, THREE));

        try (StateDict start = StateDict.of(manager, same)) {
            // When, Then
            for (int i = 0; i <= 1000; i++) {
                assertThat(new WeightInterpolation(start, same)
                                .at(i / 1000.0)
                                .get("weight")
                                .floats())
                        .isEqualTo(values);
            }
        }
    }

    @Test
    void leavesNoMemoryBehind() {
        // Given
        int arrays = manager.getManagedArrays().size();

        // When
        line.state(0.5, manager).close();

        // Then
        assertThat(manager.getManagedArrays()).hasSize(arrays);
    }

    @Test
    void beyondTheEndsIsRefused() {
        for (double alpha : new double[] {1.5, -0.1, Double.NaN}) {
            assertThatThrownBy(() -> line.at(alpha))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("α is " + alpha + "; expected 0 to 1");
        }
    }

    @Test
    void endsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new WeightInterpolation(trained, Map.of("weight", COUNT)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'weight' is F32 [3] and I64 []; expected the same on both ends");
        assertThatThrownBy(() -> new WeightInterpolation(trained, Map.of("other", COUNT)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no tensor 'other'");
    }
}
