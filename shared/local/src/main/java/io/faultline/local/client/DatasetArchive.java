package io.faultline.local.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A data set of this machine as the bytes to upload: an archive as it is, a directory as a tar made on the way. The tar of
 * equal files is equal byte for byte: entries are sorted by name and carry no time, owner or mode of the file.
 *
 * @param bytes to be sent; of a directory, of its files alone
 */
public record DatasetArchive(Path source, List<Path> files, long bytes) {
    private static final int PIPE_BYTES = 1 << 16;

    /** @throws IllegalArgumentException if there is nothing to send */
    public static DatasetArchive of(Path source) {
        Path real = source.toAbsolutePath().normalize();
        try {
            if (Files.isRegularFile(real)) {
                return new DatasetArchive(real, List.of(), Files.size(real));
            }
            if (!Files.isDirectory(real)) {
                throw new IllegalArgumentException("data set " + source + " does not exist; name a directory with"
                        + " train/<class>/ and test/<class>/, a CIFAR directory, or an archive of one");
            }
            List<Path> files = filesIn(real);
            if (files.isEmpty()) {
                throw new IllegalArgumentException("directory " + source + " contains no file; a data set is expected");
            }
            long bytes = 0;
            for (Path file : files) {
                bytes += Files.size(file);
            }
            return new DatasetArchive(real, files, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("data set " + source + " cannot be read", e);
        }
    }

    /** The bytes; a failure while a directory is read comes out of the stream's {@code read}. */
    public InputStream open() {
        try {
            return files.isEmpty() ? Files.newInputStream(source) : tar();
        } catch (IOException e) {
            throw new UncheckedIOException("data set " + source + " cannot be read", e);
        }
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return paths.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(path -> name(directory, path)))
                    .toList();
        }
    }

    private static String name(Path directory, Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }

    private InputStream tar() throws IOException {
        AtomicReference<IOException> failure = new AtomicReference<>();
        PipedInputStream reader = new PipedInputStream(PIPE_BYTES);
        PipedOutputStream writer = new PipedOutputStream(reader);
        Thread packing = new Thread(
                () -> {
                    try (writer) {
                        pack(writer);
                    } catch (IOException e) {
                        failure.set(e);
                    }
                },
                "pack-dataset");
        packing.setDaemon(true);
        packing.start();
        return new FilterInputStream(reader) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                if (count < 0) {
                    join(packing);
                    if (failure.get() != null) {
                        throw new IOException("data set " + source + " cannot be packed", failure.get());
                    }
                }
                return count;
            }
        };
    }

    private void pack(PipedOutputStream output) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(output, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Path file : files) {
                TarArchiveEntry entry = new TarArchiveEntry(name(source, file));
                entry.setSize(Files.size(file));
                entry.setModTime(0L);
                entry.setIds(0, 0);
                entry.setNames("", "");
                entry.setMode(TarArchiveEntry.DEFAULT_FILE_MODE);
                tar.putArchiveEntry(entry);
                Files.copy(file, tar);
                tar.closeArchiveEntry();
            }
        }
    }

    private static void join(Thread packing) throws IOException {
        try {
            packing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the data set was packed", e);
        }
    }
}
