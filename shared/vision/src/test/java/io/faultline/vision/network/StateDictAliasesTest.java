package io.faultline.vision.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateDictAliasesTest {
    private final NDManager manager = ComputeDevice.open("cpu");

    @AfterEach
    void close() {
        manager.close();
    }

    private static NormalizedNetwork network(Architecture architecture, Integer depth, int size) {
        return NormalizedNetwork.of(new NetworkSpec(architecture, 2, depth, size, 3, Normalization.NONE));
    }

    private Map<String, Safetensors.Tensor> fresh(NormalizedNetwork network) {
        try (StateDict state = network.initialize(Seed.of(1), manager)) {
            return state.export();
        }
    }

    @Test
    void theGroupThatTradesNeverRunsIsPassedOver() {
        // Given
        NormalizedNetwork network = network(Architecture.WRN34_10, 10, 32);
        Map<String, Safetensors.Tensor> file = new LinkedHashMap<>(fresh(network));
        file.put("sub_block1.layer.0.conv1.weight", file.get("block1.layer.0.conv1.weight"));
        // When
        StateDict read = network.load(file, manager);
        // Then
        assertThat(read.names()).containsExactlyElementsOf(network.tensors().keySet());
    }

    @Test
    void noOtherNetworkHasThatGroup() {
        // Given
        NormalizedNetwork network = network(Architecture.RESNET18, null, 32);
        Map<String, Safetensors.Tensor> file = new LinkedHashMap<>(fresh(network));
        file.put("sub_block1.layer.0.conv1.weight", file.get("conv1.weight"));
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> network.load(file, manager))
                .withMessageContaining("'sub_block1.layer.0.conv1.weight' is unexpected");
    }

    @Test
    void torchvisionsFirstNamesOfDenseLayersAreUnderstood() {
        // Given
        NormalizedNetwork network = network(Architecture.DENSENET121, null, 224);
        Map<String, Safetensors.Tensor> tensors = fresh(network);
        Map<String, Safetensors.Tensor> file = new LinkedHashMap<>();
        tensors.forEach((name, tensor) ->
                file.put(name.contains("denselayer") ? name.replaceFirst("(norm|conv)([12])", "$1.$2") : name, tensor));
        assertThat(file).containsKey("features.denseblock1.denselayer1.norm.1.weight");
        // When
        StateDict read = network.load(file, manager);
        // Then
        String name = "features.denseblock4.denselayer16.conv2.weight";
        assertThat(read.get(name).toFloatArray())
                .containsExactly(tensors.get(name).floats());
    }

    @Test
    void countersMayBeMissingAllTogether() {
        // Given
        NormalizedNetwork network = network(Architecture.RESNET18, null, 32);
        Map<String, Safetensors.Tensor> file = new LinkedHashMap<>(fresh(network));
        file.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
        // When
        StateDict read = network.load(file, manager);
        // Then
        assertThat(read.get("bn1.num_batches_tracked").toLongArray()).containsExactly(0);
    }

    @Test
    void oneMissingCounterIsAFault() {
        // Given
        NormalizedNetwork network = network(Architecture.RESNET18, null, 32);
        Map<String, Safetensors.Tensor> file = new LinkedHashMap<>(fresh(network));
        file.keySet().removeAll(List.of("bn1.num_batches_tracked"));
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> network.load(file, manager))
                .withMessageContaining("'bn1.num_batches_tracked' is missing");
    }
}
