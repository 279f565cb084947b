package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SafetensorsFuzzTest {
    private static final int FILES = 12_000;
    // of a file of some hundred bytes: the parser's own buffers, and what an honest file takes
    private static final long MOST_BYTES_TAKEN = 4 << 20;
    private static final List<byte[]> JSON = Stream.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    "\"",
                    ":",
                    ",",
                    "\\",
                    "\\u0000",
                    "null",
                    "true",
                    "-1",
                    "1e999",
                    "0.5",
                    "9223372036854775807",
                    "9223372036854775808",
                    "4611686018427387904",
                    "\"dtype\"",
                    "\"shape\"",
                    "\"data_offsets\"",
                    "\"F16\"",
                    "\"F64\"",
                    "\"BOOL\"",
                    "\"I64\"",
                    "\"__metadata__\"",
                    "[[[[[[[[[[",
                    "{\"a\":{\"a\":",
                    "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();

    @Test
    void aDamagedFileIsReadOrRefused() throws IOException {
        // Given
        byte[] whole = whole();
        // When
        int refused =
                new MutatedBytes(1).refusals(FILES, List.of(whole), JSON, MOST_BYTES_TAKEN, SafetensorsFuzzTest::read);
        // Then
        assertThat(refused).isBetween(FILES / 2, FILES - 1);
    }

    @Test
    void aDamagedHeaderOfHonestLengthIsReadOrRefused() throws IOException {
        // Given
        byte[] whole = whole();
        int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] json = ByteBuffer.allocate(header).put(whole, 8, header).array();
        // When
        int refused = new MutatedBytes(2).refusals(FILES, List.of(json), JSON, MOST_BYTES_TAKEN, damaged -> {
            read(ByteBuffer.allocate(whole.length - header + damaged.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(damaged.length)
                    .put(damaged)
                    .put(whole, 8 + header, whole.length - 8 - header)
                    .array());
        });
        // Then
        assertThat(refused).isBetween(FILES / 2, FILES - 1);
    }

    private static void read(byte[] file) {
        Safetensors.read(new ByteArrayInputStream(file));
        Safetensors.read(new ByteArrayInputStream(file), file.length);
    }

    private static byte[] whole() throws IOException {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("conv1.weight", Safetensors.Tensor.of(new float[6], List.of(3L, 2L, 1L, 1L)));
        tensors.put("bn1.num_batches_tracked", Safetensors.Tensor.of(new long[] {3}, List.of()));
        tensors.put("linear.bias", Safetensors.Tensor.of(new float[2], List.of(2L)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Safetensors(Map.of("architecture", "resnet18"), tensors).writeTo(out);
        return out.toByteArray();
    }
}
