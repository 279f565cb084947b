package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    private static final String ONE_FLOAT = "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}";

    @Test
    void readsBackWhatItWrote() throws IOException {
        // Given
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z", Safetensors.Tensor.of(new float[] {1.5f, -0f, Float.MIN_VALUE, 3e38f}, List.of(2L, 2L)));
        tensors.put("a", Safetensors.Tensor.of(new long[] {Long.MIN_VALUE}, List.of()));
        tensors.put("empty", Safetensors.Tensor.of(new float[0], List.of(0L, 3L)));
        Safetensors written = new Safetensors(Map.of("key", "wert ü"), tensors);
        // When
        Safetensors read = Safetensors.read(new ByteArrayInputStream(bytes(written)));
        // Then
        assertThat(read.metadata()).isEqualTo(Map.of("key", "wert ü"));
        assertThat(read.tensors()).containsOnlyKeys("z", "a", "empty");
        assertThat(read.tensors().get("z").floats()).containsExactly(1.5f, -0f, Float.MIN_VALUE, 3e38f);
        assertThat(read.tensors().get("z").shape()).containsExactly(2L, 2L);
        assertThat(read.tensors().get("a").longs()).containsExactly(Long.MIN_VALUE);
        assertThat(read.tensors().get("a").shape()).isEmpty();
        assertThat(read.tensors().get("empty").shape()).containsExactly(0L, 3L);
    }

    @Test
    void readsWhatPythonWrote() {
        // When
        Safetensors read = Safetensors.read(CheckpointSamples.file("good/expected.safetensors"));
        // Then
        assertThat(read.tensors().get("zip/conv1.weight").shape()).containsExactly(2L, 3L, 1L, 1L);
        assertThat(read.tensors().get("zip/bn1.num_batches_tracked").longs()).containsExactly(41);
    }

    @Test
    void alignsTheDataAndPadsTheHeaderWithSpaces() throws IOException {
        // When
        byte[] bytes =
                bytes(new Safetensors(Map.of(), Map.of("a", Safetensors.Tensor.of(new float[] {1}, List.of(1L)))));
        // Then
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header % 8).isZero();
        assertThat(bytes).hasSize((int) (8 + header + 4));
        assertThat(bytes[8]).isEqualTo((byte) '{');
    }

    @Test
    void readsTheSameFromTheDisk(@TempDir Path directory) throws IOException {
        // Given
        Safetensors written = new Safetensors(
                Map.of("k", "v"),
                Map.of(
                        "a", Safetensors.Tensor.of(new float[] {1, 2}, List.of(2L)),
                        "b", Safetensors.Tensor.of(new long[] {3}, List.of())));
        Path file = Files.write(directory.resolve("weights.safetensors"), bytes(written));
        // When
        Safetensors read = Safetensors.read(file);
        // Then
        assertThat(bytes(read)).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void aTensorMayNotTakeTheMetadatasName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Safetensors(
                        Map.of(), Map.of("__metadata__", Safetensors.Tensor.of(new float[1], List.of(1L)))))
                .withMessageContaining("__metadata__");
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() {
        // Given
        byte[] file = file("{'é':1}".replace('\'', '"').getBytes(StandardCharsets.ISO_8859_1), 0);
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> Safetensors.read(new ByteArrayInputStream(file)))
                .withMessageContaining("not UTF-8");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "no JSON | {a | 4 | no JSON object",
                "JSON of another kind | [1,2] | 4 | no JSON object",
                "null | null | 0 | null",
                "unknown type | {'a':{'dtype':'F99','shape':[1],'data_offsets':[0,4]}} | 4 | is of type F99",
                "negative extent | {'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | 4 | in shape -1",
                "fractional extent | {'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}} | 4 | in shape 1.5",
                "overflowing shape | {'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,4]}} | 4 | too large",
                "length unlike shape | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | 4 | expected 8",
                "offsets backwards | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}} | 4 | takes -4 bytes",
                "a gap | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | begins at 4; expected 0",
                "an overlap | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 | expected 4",
                "one offset | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}} | 4 | two offsets",
                "no fields | {'a':7} | 0 | expected an object",
                "metadata of numbers | {'__metadata__':{'k':1}} | 0 | expected a string",
                "metadata of another kind | {'__metadata__':3} | 0 | expected an object",
                "data cut off | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 3 | ends within tensor 'a'",
                "data left over | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 5 | goes on after its last tensor",
                "a name twice | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | Duplicate field 'a'",
                "a field twice | {'a':{'dtype':'F32','dtype':'I64','shape':[1],'data_offsets':[0,4]}} | 4 | Duplicate field 'dtype'",
                "metadata twice | {'__metadata__':{},'__metadata__':{}} | 0 | Duplicate field",
                "an unknown field | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'code':'x'}} | 4 | has a field 'code'",
                "no shape | {'a':{'dtype':'F32','data_offsets':[0,4]}} | 4 | expected dtype, shape",
                "two headers | {}{} | 0 | comes after it",
                "nine dimensions | {'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,1],'data_offsets':[0,4]}} | 4 | more than 8 numbers in shape",
                "a number past 64 bits | {'a':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,4]}} | 4 | in shape 9223372036854775808",
                "too large once widened | {'a':{'dtype':'BOOL','shape':[300000000],'data_offsets':[0,300000000]}} | 4 | as I64",
                "a truth value of 7 | {'a':{'dtype':'BOOL','shape':[1],'data_offsets':[0,1]}} | 1 | tensor 'a': a truth value is stored as 7",
                "a lying length | {'a':{'dtype':'F32','shape':[500000000],'data_offsets':[0,2000000000]}} | 4 | ends within tensor 'a'"
            })
    void refuses(String what, String header, int dataBytes, String message) {
        // Given
        byte[] file = file(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8), dataBytes);
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> Safetensors.read(new ByteArrayInputStream(file)))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "1", "9223372036854775807", "8388609"})
    void refusesAHeaderLengthOutOfRange(long length) {
        // Given
        byte[] file = ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> Safetensors.read(new ByteArrayInputStream(file)))
                .withMessageContaining("header of " + length);
    }

    @Test
    void refusesEveryTruncation() {
        // Given
        byte[] whole = file(ONE_FLOAT.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 4);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            // Then
            assertThatExceptionOfType(InvalidCheckpointException.class)
                    .isThrownBy(() -> Safetensors.read(new ByteArrayInputStream(cut)))
                    .withMessageContaining("cut off");
        }
    }

    private static byte[] file(byte[] header, int dataBytes) {
        byte[] data = new byte[dataBytes];
        Arrays.fill(data, (byte) 7);
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
    }

    private static byte[] bytes(Safetensors file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        file.writeTo(out);
        return out.toByteArray();
    }
}
