package io.faultline.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSystemCheckpointStoreTest implements CheckpointStoreContract {
    @TempDir
    Path root;

    private CheckpointStore checkpoints;

    @BeforeEach
    void openStore() {
        checkpoints = new FileSystemCheckpointStore(root);
    }

    @Override
    public CheckpointStore checkpoints() {
        return checkpoints;
    }

    @ParameterizedTest(name = "cut to {0} bytes")
    @ValueSource(ints = {0, 1, 31, 32, 33, 41})
    void aTruncatedCheckpointIsNone(int length) throws IOException {
        // Given: ten bytes and a digest
        byte[] stored = storedBytes();
        assertThat(stored).hasSize(42);

        // When
        Files.write(file(), Arrays.copyOf(stored, length));

        // Then
        assertThat(checkpoints.open(FINGERPRINT, "epoch")).isEmpty();
    }

    @ParameterizedTest(name = "byte {0} changed")
    @ValueSource(ints = {0, 9, 10, 41})
    void aChangedCheckpointIsNone(int position) throws IOException {
        // Given
        byte[] stored = storedBytes();

        // When
        stored[position] ^= 1;
        Files.write(file(), stored);

        // Then
        assertThat(checkpoints.open(FINGERPRINT, "epoch")).isEmpty();
    }

    @Test
    void aFailedWriteLeavesNoFile() throws IOException {
        // Given
        List<Path> before = StoredFiles.under(root);

        // When
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> checkpoints.write(FINGERPRINT, "epoch", out -> {
                    throw new IOException("No space left on device");
                })))
                .isInstanceOf(ArtifactException.class);

        // Then
        assertThat(StoredFiles.under(root)).isEqualTo(before);
    }

    @Test
    void clearingLeavesNoFile() throws IOException {
        // Given
        storedBytes();

        // When
        checkpoints.clear(FINGERPRINT);

        // Then
        assertThat(StoredFiles.under(root)).isEmpty();
    }

    @Test
    void writersAndClearersOfOneFingerprintDoNotDisturbOneAnother() throws Exception {
        // Given
        int rounds = 40;
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Callable<Void> writing = () -> {
                for (int round = 0; round < rounds; round++) {
                    checkpoints.write(FINGERPRINT, "epoch", out -> out.write("whole".getBytes(UTF_8)));
                }
                return null;
            };
            Callable<Void> clearing = () -> {
                for (int round = 0; round < rounds; round++) {
                    checkpoints.clear(FINGERPRINT);
                }
                return null;
            };

            // When
            for (Future<Void> end : pool.invokeAll(List.of(writing, clearing))) {
                // Then
                end.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private byte[] storedBytes() throws IOException {
        checkpoints.write(FINGERPRINT, "epoch", out -> out.write("0123456789".getBytes(UTF_8)));
        return Files.readAllBytes(file());
    }

    private Path file() {
        return root.resolve("checkpoints").resolve(FINGERPRINT).resolve("epoch");
    }
}
