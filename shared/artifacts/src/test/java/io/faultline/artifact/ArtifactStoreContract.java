package io.faultline.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** The laws of {@link ArtifactStore}; the test of a store implements this and gives a fresh one. */
interface ArtifactStoreContract {
    /** A store that has nothing in it; the same one during a test. */
    ArtifactStore store();

    /** Changes one stored byte behind the store's back. */
    void damage(ArtifactId id) throws IOException;

    /** How many files or objects the store holds, unfinished ones too. */
    long stored() throws IOException;

    @Test
    default void namesContentByItsSha256() {
        // When
        ArtifactRef ref = store().write(ArtifactKind.REPORT, out -> out.write("abc".getBytes(UTF_8)));

        // Then: the digest is the example of FIPS 180-4
        assertThat(ref)
                .isEqualTo(new ArtifactRef(
                        ArtifactKind.REPORT,
                        ArtifactId.parse("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                        3));
    }

    @Test
    default void readsBackWhatWasWritten() throws IOException {
        // Given: more than any buffer, written as single bytes and in pieces
        byte[] content = new byte[300_001];
        new Random(1).nextBytes(content);

        // When
        ArtifactRef ref = store().write(ArtifactKind.DATASET_CLEAN, out -> {
            out.write(content[0]);
            out.write(content, 1, 100_000);
            out.write(content, 100_001, 200_000);
        });

        // Then
        assertThat(ref.size()).isEqualTo(content.length);
        assertThat(read(ref.id())).isEqualTo(content);
        assertThat(Files.readAllBytes(store().localCopy(ref.id()))).isEqualTo(content);
    }

    @Test
    default void keepsEmptyContent() throws IOException {
        // When
        ArtifactRef ref = store().write(ArtifactKind.REPORT, out -> {});

        // Then
        assertThat(ref.size()).isZero();
        assertThat(read(ref.id())).isEmpty();
    }

    @Test
    default void equalContentHasOneNameAndOneCopy() throws IOException {
        // Given
        ArtifactRef first = write("weights");
        long copies = stored();

        // When
        ArtifactRef second = write("weights");

        // Then
        assertThat(second).isEqualTo(first);
        assertThat(stored()).isEqualTo(copies);
    }

    @Test
    default void aWriterMayCloseTheStreamItWasLent() throws IOException {
        // When
        ArtifactRef ref = store().write(ArtifactKind.DATASET_CLEAN, out -> {
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                zip.putNextEntry(new ZipEntry("one"));
                zip.write(1);
            }
        });

        // Then
        assertThat(read(ref.id())).hasSize((int) ref.size()).startsWith('P', 'K');
    }

    @Test
    default void aFullDiskLeavesNothing() throws IOException {
        // Given
        long before = stored();
        IOException full = new IOException("No space left on device");

        // When
        assertThatThrownBy(() -> store().write(ArtifactKind.CHECKPOINT_TRAINED, out -> {
                    out.write(new byte[200_000]);
                    throw full;
                }))
                // Then
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("checkpoint/trained")
                .hasMessageContaining("No space left on device")
                .hasCause(full);
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    default void aStoppedWriterLeavesNothingAndItsExceptionPasses() throws IOException {
        // Given
        long before = stored();
        IllegalStateException stopped = new IllegalStateException("stopped");

        // When
        assertThatThrownBy(() -> store().write(ArtifactKind.CHECKPOINT_TRAINED, out -> {
                    out.write(new byte[200_000]);
                    throw stopped;
                }))
                // Then
                .isSameAs(stopped);
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    default void damagedContentIsNeverHandedOut() throws IOException {
        // Given
        ArtifactRef ref = write("weights");

        // When
        damage(ref.id());

        // Then
        assertThatExceptionOfType(ArtifactCorruptedException.class)
                .isThrownBy(() -> store().open(ref.id()))
                .satisfies(damaged -> assertThat(damaged.id()).isEqualTo(ref.id()));
        assertThatExceptionOfType(ArtifactCorruptedException.class).isThrownBy(() -> store().localCopy(ref.id()));
    }

    @Test
    default void writingAgainHealsDamagedContent() throws IOException {
        // Given
        ArtifactRef ref = write("weights");
        damage(ref.id());

        // When
        write("weights");

        // Then
        assertThat(read(ref.id())).isEqualTo("weights".getBytes(UTF_8));
    }

    @Test
    default void whatIsNotThereIsNotFound() {
        // Given
        ArtifactId absent = new ArtifactId("0".repeat(64));

        // Then
        assertThat(store().contains(absent)).isFalse();
        assertThatExceptionOfType(ArtifactNotFoundException.class)
                .isThrownBy(() -> store().open(absent))
                .satisfies(missing -> assertThat(missing.id()).isEqualTo(absent));
        assertThatExceptionOfType(ArtifactNotFoundException.class).isThrownBy(() -> store().localCopy(absent));
    }

    @Test
    default void deletedContentIsGone() {
        // Given
        ArtifactRef ref = write("weights");

        // When
        store().delete(ref.id());
        store().delete(ref.id());

        // Then
        assertThat(store().contains(ref.id())).isFalse();
    }

    @Test
    default void manyWritersOfTheSameContentGetOneCopy() throws Exception {
        // Given
        int writers = 8;
        byte[] content = new byte[100_000];
        new Random(2).nextBytes(content);
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        try {
            // When
            Callable<ArtifactRef> writing = () -> store().write(ArtifactKind.DATASET_CUDA, out -> out.write(content));
            List<ArtifactRef> refs = new ArrayList<>();
            for (Future<ArtifactRef> written :
                    pool.invokeAll(List.of(writing, writing, writing, writing, writing, writing, writing, writing))) {
                refs.add(written.get());
            }

            // Then
            assertThat(refs).hasSize(writers).containsOnly(refs.get(0));
            assertThat(stored()).isEqualTo(1);
            assertThat(read(refs.get(0).id())).isEqualTo(content);
        } finally {
            pool.shutdownNow();
        }
    }

    private ArtifactRef write(String text) {
        return store().write(ArtifactKind.CHECKPOINT_TRAINED, out -> out.write(text.getBytes(UTF_8)));
    }

    private byte[] read(ArtifactId id) throws IOException {
        try (InputStream in = store().open(id)) {
            return in.readAllBytes();
        }
    }
}
