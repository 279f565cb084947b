package io.faultline.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of {@link CheckpointStore}; the test of a store implements this and gives a fresh one. */
interface CheckpointStoreContract {
    String FINGERPRINT = "ab".repeat(32);

    /** A store that has nothing in it; the same one during a test. */
    CheckpointStore checkpoints();

    @Test
    default void thereIsNoneBeforeTheFirstIsWritten() {
        assertThat(checkpoints().open(FINGERPRINT, "epoch")).isEmpty();
    }

    @Test
    default void readsBackWhatWasWritten() throws IOException {
        // Given
        byte[] content = new byte[150_001];
        new Random(3).nextBytes(content);

        // When
        checkpoints().write(FINGERPRINT, "epoch", out -> out.write(content));

        // Then
        assertThat(read("epoch")).hasValue(content);
    }

    @Test
    default void aStreamEndsWithTheContentHoweverItIsRead() throws IOException {
        // Given
        write("epoch", "12345");

        // When
        try (InputStream in = checkpoints().open(FINGERPRINT, "epoch").orElseThrow()) {
            // Then
            assertThat(in.read()).isEqualTo('1');
            assertThat(in.skip(2)).isEqualTo(2);
            assertThat(in.available()).isEqualTo(2);
            assertThat(in.skip(100)).isEqualTo(2);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[8])).isEqualTo(-1);
        }
    }

    @Test
    default void anEmptyCheckpointIsOne() throws IOException {
        // When
        checkpoints().write(FINGERPRINT, "done", out -> {});

        // Then
        assertThat(read("done")).hasValue(new byte[0]);
    }

    @Test
    default void aLaterWriteReplacesAnEarlierOne() throws IOException {
        // Given
        write("epoch", "the first, and a longer one");

        // When
        write("epoch", "the second");

        // Then
        assertThat(read("epoch")).hasValue("the second".getBytes(UTF_8));
    }

    @Test
    default void ofManyThatWriteIfThereIsNoneOneDoes() throws Exception {
        // Given
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Callable<Boolean>> writes = IntStream.range(0, 16)
                .<Callable<Boolean>>mapToObj(i -> () -> checkpoints()
                        .writeIfAbsent(FINGERPRINT, "claim", out -> out.write(("by " + i).getBytes(UTF_8))))
                .toList();

        // When
        List<Boolean> wrote = new ArrayList<>();
        for (Future<Boolean> write : writers.invokeAll(writes)) {
            wrote.add(write.get());
        }
        writers.shutdown();

        // Then
        assertThat(wrote).containsOnlyOnce(true);
        assertThat(read("claim")).hasValue(("by " + wrote.indexOf(true)).getBytes(UTF_8));
    }

    @Test
    default void aReaderOfTheEarlierOneReadsItToItsEnd() throws IOException {
        // Given
        write("epoch", "the first");
        try (InputStream in = checkpoints().open(FINGERPRINT, "epoch").orElseThrow()) {
            // When
            write("epoch", "the second");

            // Then
            assertThat(in.readAllBytes()).isEqualTo("the first".getBytes(UTF_8));
        }
    }

    @Test
    default void aFailedWriteLeavesTheEarlierOne() throws IOException {
        // Given
        write("epoch", "whole");

        // When
        assertThatThrownBy(() -> checkpoints().write(FINGERPRINT, "epoch", out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }))
                // Then
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("No space left on device");
        assertThat(read("epoch")).hasValue("whole".getBytes(UTF_8));
    }

    @Test
    default void clearingTakesAllOfAFingerprintAndNothingElse() throws IOException {
        // Given
        write("epoch", "1");
        write("best", "2");
        checkpoints().write("cd".repeat(32), "epoch", out -> out.write(3));

        // When
        checkpoints().clear(FINGERPRINT);
        checkpoints().clear(FINGERPRINT);

        // Then
        assertThat(read("epoch")).isEmpty();
        assertThat(read("best")).isEmpty();
        assertThat(checkpoints().open("cd".repeat(32), "epoch").orElseThrow().read())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../other", "a/b", "a\\b", "/etc/passwd", ".hidden", "a\u0000b", "a\nb"})
    default void aNameThatCouldLeaveItsPlaceIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checkpoints().write(FINGERPRINT, name, out -> {}))
                .withMessageContaining("'" + name + "'");
        assertThatIllegalArgumentException().isThrownBy(() -> checkpoints().open(FINGERPRINT, name));
        assertThatIllegalArgumentException().isThrownBy(() -> checkpoints().open(name, "epoch"));
        assertThatIllegalArgumentException().isThrownBy(() -> checkpoints().clear(name));
    }

    private void write(String name, String text) {
        checkpoints().write(FINGERPRINT, name, out -> out.write(text.getBytes(UTF_8)));
    }

    private Optional<byte[]> read(String name) throws IOException {
        Optional<InputStream> stream = checkpoints().open(FINGERPRINT, name);
        if (stream.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stream.get()) {
            return Optional.of(in.readAllBytes());
        }
    }
}
