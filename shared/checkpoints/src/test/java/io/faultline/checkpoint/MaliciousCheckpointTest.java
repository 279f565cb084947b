package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that ask for more than tensors, or lie about them, written by src/test/python/checkpoints.py. */
@Timeout(20)
class MaliciousCheckpointTest {
    /** What the commands in the files would leave behind. */
    private static final Path TRACE = Path.of("faultline-was-here");

    static List<Arguments> refusals() {
        String table = new String(CheckpointSamples.bytes("malicious.csv"), StandardCharsets.UTF_8);
        return table.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" \\| ", 2))
                .map(row -> Arguments.of(row[0], row[1]))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void isRefusedAndRunsNothing(String file, String message) {
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> CheckpointFile.read(CheckpointSamples.file("malicious/" + file + ".pth")))
                .withMessageContaining(message);
        assertThat(TRACE).doesNotExist();
    }

    @Test
    void everyFileIsInTheTable() {
        assertThat(refusals().stream().map(row -> (String) row.get()[0]))
                .containsExactlyInAnyOrderElementsOf(CheckpointSamples.names("malicious"));
    }

    @Test
    void theRefusalSaysWhatIsAllowed() {
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> CheckpointFile.read(CheckpointSamples.file("malicious/asks-os-system.pth")))
                .withMessageContaining("Allowed: collections.OrderedDict, ")
                .withMessageContaining("torch.FloatStorage, ")
                .withMessageContaining("save the network's state_dict() alone");
    }

    @Test
    void aPickleOfTooManyStepsIsRefused() throws IOException {
        // Given
        byte[] program = new byte[2 * Unpickler.MOST_STEPS + 8];
        for (int i = 0; i < program.length - 1; i += 2) {
            program[i] = ']';
            program[i + 1] = '0';
        }
        program[0] = (byte) 0x80;
        program[1] = 2;
        program[program.length - 1] = '.';
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> CheckpointFile.read(archive(program)))
                .withMessageContaining("more than 1000000 steps");
    }

    @Test
    void aPickleOfTooManyBytesIsRefused() {
        // Given
        byte[] program = new byte[Unpickler.LONGEST + 1];
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> CheckpointFile.read(archive(program)))
                .withMessageContaining("data.pkl has 16777217 bytes; the most is 16777216");
    }

    @Test
    void keysOfOneHashDoNotSlowADictDown() throws IOException {
        // Given
        ByteArrayOutputStream program = new ByteArrayOutputStream();
        program.writeBytes(new byte[] {(byte) 0x80, 2, '}', '('});
        // "Aa" and "BB" have the same hash, and so has every sequence of them
        int keys = 1 << 16;
        for (int key = 0; key < keys; key++) {
            program.writeBytes(new byte[] {'U', 32});
            for (int bit = 0; bit < 16; bit++) {
                program.writeBytes((key >> bit & 1) == 0 ? new byte[] {'A', 'a'} : new byte[] {'B', 'B'});
            }
            program.write('N');
        }
        program.writeBytes(new byte[] {'u', '.'});
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> CheckpointFile.read(archive(program.toByteArray())))
                .withMessageContaining("holds no dict of tensors by name");
    }

    @ParameterizedTest
    @MethodSource("goodFiles")
    void everyCutIsRefused(String file) {
        // Given
        byte[] whole = CheckpointSamples.bytes("good/" + file + ".pth");
        for (int length = 0; length < whole.length; length += 1 + length % 7) {
            byte[] cut = Arrays.copyOf(whole, length);
            // Then
            assertThatExceptionOfType(InvalidCheckpointException.class).isThrownBy(() -> CheckpointFile.read(cut));
        }
    }

    static Stream<String> goodFiles() {
        return Stream.of("zip", "legacy", "training-protocol4", "legacy-training", "legacy-protocol5");
    }

    @Test
    void aFileThatIsNotThereIsAFaultOfTheDiskNotOfTheFile() {
        assertThatExceptionOfType(java.io.UncheckedIOException.class)
                .isThrownBy(() -> CheckpointFile.read(Path.of("no-such-file.pth")));
    }

    @Test
    void readingLeavesTheFileAlone() throws IOException {
        // Given
        Path file = CheckpointSamples.file("good/zip.pth");
        byte[] before = Files.readAllBytes(file);
        // When
        Map<String, Safetensors.Tensor> tensors = CheckpointFile.read(file).tensors();
        Arrays.fill(tensors.get("conv1.weight").bytes(), (byte) 1);
        // Then
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    private static byte[] archive(byte[] program) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StoredZipWriter zip = new StoredZipWriter(out);
        zip.add("archive/data.pkl", program);
        zip.finish();
        return out.toByteArray();
    }
}
