package io.faultline.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemArtifactStoreTest implements ArtifactStoreContract {
    @TempDir
    Path root;

    private ArtifactStore store;

    @BeforeEach
    void openStore() {
        store = new FileSystemArtifactStore(root);
    }

    @Override
    public ArtifactStore store() {
        return store;
    }

    @Override
    public void damage(ArtifactId id) throws IOException {
        Path file = root.resolve(place(id));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.delete(file);
        Files.write(file, bytes);
    }

    @Override
    public long stored() throws IOException {
        return StoredFiles.under(root).size();
    }

    @Test
    void liesUnderTheFirstTwoDigitsOfItsNameAndIsReadOnly() throws IOException {
        // When
        ArtifactRef ref = store.write(ArtifactKind.REPORT, out -> out.write(7));

        // Then
        assertThat(StoredFiles.under(root)).containsExactly(place(ref.id()));
        assertThat(Files.getPosixFilePermissions(root.resolve(place(ref.id()))).toString())
                .doesNotContain("WRITE");
    }

    @Test
    void aSecondStoreOnTheSameDirectoryReadsIt() {
        // Given
        ArtifactRef ref = store.write(ArtifactKind.REPORT, out -> out.write(7));

        // Then
        assertThat(new FileSystemArtifactStore(root).contains(ref.id())).isTrue();
    }

    @Test
    void nothingCanBeReadWhileItIsBeingWritten() {
        store.write(ArtifactKind.REPORT, out -> {
            out.write(new byte[200_000]);
            out.flush();
            assertThat(root.resolve("artifacts")).doesNotExist();
        });
    }

    @Test
    void whatADeadWriterLeftIsTakenAwayOnStartOnceItIsOld() throws IOException {
        // Given
        Path abandoned = Files.writeString(root.resolve(".partial/abandoned"), "half");
        Files.setLastModifiedTime(
                abandoned,
                FileTime.from(
                        Instant.now().minus(StoreDirectory.ABANDONED_AFTER).minus(Duration.ofMinutes(1))));
        Path young = Files.writeString(root.resolve(".partial/young"), "half");

        // When
        new FileSystemArtifactStore(root);

        // Then
        assertThat(abandoned).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void aDirectoryThatCannotBeUsedIsRefusedWithWhatToDo() throws IOException {
        // Given
        Path file = Files.writeString(root.resolve("file"), "not a directory");

        // Then
        assertThatThrownBy(() -> new FileSystemArtifactStore(file))
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("choose a directory");
    }

    private static Path place(ArtifactId id) {
        return Path.of("artifacts", id.sha256().substring(0, 2), id.sha256());
    }
}
