package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchConversionTest {
    @TempDir
    Path directory;

    @Test
    void writesWhatTorchArchiveWritesOfTheSameTensors() throws IOException {
        // Given
        Path file = stored(new Safetensors(Map.of("architecture", "resnet18"), TorchArchiveTest.tensors()));

        // When
        TorchConversion conversion = TorchConversion.of(file);

        // Then
        assertThat(conversion.metadata()).isEqualTo(Map.of("architecture", "resnet18"));
        assertThat(written(conversion)).isEqualTo(CheckpointSamples.bytes("ours.pth"));
        // again: a conversion keeps no place in the file
        assertThat(written(conversion)).isEqualTo(CheckpointSamples.bytes("ours.pth"));
    }

    @Test
    void numbersOfOtherTypesComeAsTheTwoThatNetworksComputeWith() throws IOException {
        // Given
        Path file = CheckpointSamples.file("good/kinds.safetensors");

        // When
        Map<String, Safetensors.Tensor> converted =
                CheckpointFile.read(written(TorchConversion.of(file))).tensors();

        // Then
        Map<String, Safetensors.Tensor> original = CheckpointFile.read(file).tensors();
        assertThat(converted.keySet()).containsExactlyElementsOf(original.keySet());
        original.forEach((name, tensor) -> {
            assertThat(converted.get(name).type()).isEqualTo(tensor.type());
            assertThat(converted.get(name).bytes()).isEqualTo(tensor.bytes());
        });
    }

    @Test
    void aFileThatWasCutOffIsRefusedBeforeAByteGoesOut() throws IOException {
        // Given
        Path file = stored(new Safetensors(Map.of(), TorchArchiveTest.tensors()));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));

        // When, Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> TorchConversion.of(file))
                .withMessage("the safetensors file has " + (whole.length - 1) + " bytes; its header tells of "
                        + whole.length + ": it is damaged");
    }

    @Test
    void aFileOfAnotherFormatIsRefused() {
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> TorchConversion.of(CheckpointSamples.file("good/zip.pth")))
                .withMessageContaining("no safetensors file");
    }

    private Path stored(Safetensors file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        file.writeTo(out);
        return Files.write(directory.resolve("weights.safetensors"), out.toByteArray());
    }

    private static byte[] written(TorchConversion conversion) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        conversion.writeTo(out);
        return out.toByteArray();
    }
}
