package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class TorchArchiveTest {
    /** {@code ours.pth} is what {@code src/test/python/load_archive.py} loaded with PyTorch 2.13.0 and checked. */
    @Test
    void writesTheBytesThatPyTorchLoaded() {
        assertThat(written(tensors())).isEqualTo(CheckpointSamples.bytes("ours.pth"));
    }

    @Test
    void readsBackWhatItWrote() {
        // When
        CheckpointFile read = CheckpointFile.read(written(tensors()));
        // Then
        assertThat(read.layout().format()).isEqualTo(CheckpointFormat.TORCH_ARCHIVE);
        assertThat(read.tensors().keySet()).containsExactlyElementsOf(tensors().keySet());
        tensors().forEach((name, tensor) -> {
            assertThat(read.tensors().get(name).type()).isEqualTo(tensor.type());
            assertThat(read.tensors().get(name).shape()).isEqualTo(tensor.shape());
            assertThat(read.tensors().get(name).bytes()).isEqualTo(tensor.bytes());
        });
    }

    @Test
    void aStateDictOfPyTorchGoesThroughUnchanged() {
        // Given
        Map<String, Safetensors.Tensor> tensors =
                CheckpointFile.read(CheckpointSamples.file("good/zip.pth")).tensors();
        // When
        Map<String, Safetensors.Tensor> read =
                CheckpointFile.read(written(tensors)).tensors();
        // Then
        assertThat(read.keySet()).containsExactlyElementsOf(tensors.keySet());
        read.forEach((name, tensor) ->
                assertThat(tensor.bytes()).isEqualTo(tensors.get(name).bytes()));
    }

    @Test
    void isAZipThatTheJdkReads() throws IOException {
        // Given
        Map<String, byte[]> entries = new LinkedHashMap<>();
        // When
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(written(tensors())))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] bytes = zip.readAllBytes();
                CRC32 checksum = new CRC32();
                checksum.update(bytes);
                assertThat(entry.getCrc()).isEqualTo(checksum.getValue());
                entries.put(entry.getName(), bytes);
            }
        }
        // Then
        assertThat(entries.keySet())
                .containsExactly(
                        "archive/data.pkl",
                        "archive/byteorder",
                        "archive/data/0",
                        "archive/data/1",
                        "archive/data/2",
                        "archive/data/3",
                        "archive/version");
        assertThat(entries.get("archive/data/0"))
                .isEqualTo(tensors().get("layer1.0.conv1.weight").bytes());
    }

    @Test
    void everyEntryBeginsAtAMultipleOf64() throws IOException {
        // When
        Map<String, StoredZip.Entry> entries =
                StoredZip.read(ByteSource.of(written(tensors())), names -> {}).entries();
        // Then
        assertThat(entries.values())
                .allSatisfy(entry -> assertThat(entry.position() % 64).isZero());
    }

    static Map<String, Safetensors.Tensor> tensors() {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        tensors.put(
                "layer1.0.conv1.weight",
                Safetensors.Tensor.of(
                        new float[] {1.5f, -0f, Float.MIN_VALUE, 3e38f, 0.1f, -2}, List.of(3L, 2L, 1L, 1L)));
        tensors.put("bn1.num_batches_tracked", Safetensors.Tensor.of(new long[] {Long.MIN_VALUE}, List.of()));
        tensors.put("größe", Safetensors.Tensor.of(new float[] {7}, List.of(1L)));
        tensors.put("empty", Safetensors.Tensor.of(new float[0], List.of(0L, 3L)));
        return tensors;
    }

    private static byte[] written(Map<String, Safetensors.Tensor> tensors) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            TorchArchive.write(tensors, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
