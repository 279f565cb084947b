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
import io.faultline.vision.batch.ImageBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    private final NDManager manager = ComputeDevice.open("cpu");
    private final NetworkSpec spec = new NetworkSpec(Architecture.RESNET18, 2, 3, Normalization.CIFAR10);
    private final NormalizedNetwork network = NormalizedNetwork.of(spec);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void readsBackTheSameNetworkAndWeights() throws IOException {
        // Given
        Checkpoint written = new Checkpoint(network, network.initialize(Seed.of(4), manager));
        ImageBatch batch = ReferenceNumbers.batch(manager, 4, 16, 3, 1);
        // When
        Checkpoint read = Checkpoint.read(new ByteArrayInputStream(bytes(written, Map.of("job", "x"))), manager);
        // Then
        assertThat(read.network().spec()).isEqualTo(spec);
        assertThat(read.state().names()).isEqualTo(written.state().names());
        assertThat(read.classifier().logits(batch.images()).toFloatArray())
                .containsExactly(written.classifier().logits(batch.images()).toFloatArray());
        assertThat(bytes(read, Map.of("job", "x"))).isEqualTo(bytes(written, Map.of("job", "x")));
    }

    @Test
    void namesEveryMissingUnexpectedAndMisshapenTensor() {
        // Given
        Map<String, Safetensors.Tensor> tensors;
        try (StateDict state = network.initialize(Seed.of(4), manager)) {
            tensors = new LinkedHashMap<>(state.export());
        }
        tensors.remove("layer1.0.bn1.bias");
        tensors.put("layer9.conv", Safetensors.Tensor.of(new float[1], List.of(1L)));
        tensors.put("linear.bias", Safetensors.Tensor.of(new float[4], List.of(4L)));
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> network.load(tensors, manager))
                .withMessageContaining("does not fit resnet18 of width 2 with 3 classes")
                .withMessageContaining("'layer1.0.bn1.bias' is missing")
                .withMessageContaining("'layer9.conv' is unexpected")
                .withMessageContaining("'linear.bias' is F32 [4], expected F32 [3]");
    }

    @Test
    void refusesMetadataThatNamesNoNetwork() throws IOException {
        // Given
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Safetensors(Map.of("architecture", "vgg"), Map.of()).writeTo(out);
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> Checkpoint.read(new ByteArrayInputStream(out.toByteArray()), manager))
                .withMessageContaining("allowed: resnet18, resnet34");
    }

    private static byte[] bytes(Checkpoint checkpoint, Map<String, String> provenance) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        checkpoint.writeTo(out, provenance);
        return out.toByteArray();
    }
}
