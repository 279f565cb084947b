package io.faultline.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialFileTest {
    /** Takes no byte and says that it is full. */
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    Path directory;

    @Test
    void aDiskThatTakesNoMoreIsNamedWithItsRoom() throws IOException {
        assumeThat(FULL).exists();
        try (PartialFile file = onFullDisk()) {
            assertThatThrownBy(() -> file.append(out -> out.write(new byte[100_000])))
                    .isInstanceOf(DiskWriteException.class)
                    .hasMessageMatching(
                            "No space left on device on .*, of which .* MiB of .* MiB are free after 0.0 MiB of the file");
        }
    }

    @Test
    void aWriterThatWrapsTheDisksFailureDoesNotHideIt() throws IOException {
        assumeThat(FULL).exists();
        try (PartialFile file = onFullDisk()) {
            assertThatThrownBy(() -> file.append(out -> {
                        try {
                            out.write(new byte[100_000]);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }))
                    .isInstanceOf(DiskWriteException.class);
        }
    }

    @Test
    void aWritersOwnFailureStaysItsOwn() throws IOException {
        UncheckedIOException own = new UncheckedIOException(new IOException("the source is gone"));
        try (PartialFile file = new PartialFile(directory.resolve("file"))) {
            assertThatThrownBy(() -> file.append(out -> {
                        throw own;
                    }))
                    .isSameAs(own);
        }
    }

    @Test
    void aFullDiskIsCalledSoWithWhatToDo() {
        // Given
        IOException cause = new IOException("No space left on device");
        long mebibyte = 1 << 20;

        // When, Then
        assertThat(DiskWriteException.of(cause, new Disk(mebibyte / 2, 60 * mebibyte), 12 * mebibyte, mebibyte))
                .hasMessage(
                        "the disk is full: No space left on device on /store (tmpfs), of which 0.5 MiB of 60.0 MiB are"
                                + " free after 12.0 MiB of the file, which needs more; make room there")
                .hasCause(cause);
        assertThat(DiskWriteException.of(cause, new Disk(mebibyte, 60 * mebibyte), 12 * mebibyte, mebibyte))
                .hasMessage(
                        "No space left on device on /store (tmpfs), of which 1.0 MiB of 60.0 MiB are free after 12.0 MiB"
                                + " of the file");
    }

    private PartialFile onFullDisk() throws IOException {
        Path path = Files.createFile(directory.resolve("file"));
        return new PartialFile(path, FileChannel.open(FULL, StandardOpenOption.WRITE));
    }

    private static final class Disk extends FileStore {
        private final long free;
        private final long total;

        Disk(long free, long total) {
            this.free = free;
            this.total = total;
        }

        @Override
        public String toString() {
            return "/store (tmpfs)";
        }

        @Override
        public String name() {
            return "tmpfs";
        }

        @Override
        public String type() {
            return "tmpfs";
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public long getTotalSpace() {
            return total;
        }

        @Override
        public long getUsableSpace() {
            return free;
        }

        @Override
        public long getUnallocatedSpace() {
            return free;
        }

        @Override
        public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
            return false;
        }

        @Override
        public boolean supportsFileAttributeView(String name) {
            return false;
        }

        @Override
        public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
            return null;
        }

        @Override
        public Object getAttribute(String attribute) {
            throw new UnsupportedOperationException(attribute);
        }
    }
}
