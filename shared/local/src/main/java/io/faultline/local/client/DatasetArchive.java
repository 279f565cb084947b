package io.faultline.local.client;

import io.faultline.recipe.ClassChoice;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    private static final String TRAIN = "train";
    private static final Set<String> TEST_SPLITS = Set.of("test", "val");
    /** Beside folders of the same names it tells that these are not an image folder's. */
    private static final String TINY_IMAGENET_CLASSES = "wnids.txt";

    /** @throws IllegalArgumentException if there is nothing to send */
    public static DatasetArchive of(Path source) {
        return of(source, new ClassChoice(null, null));
    }

    /**
     * Of an image folder, the files of some classes alone, since all of ImageNet would be ten times as much to send; whatever
     * else holds the classes, whole.
     *
     * @throws IllegalArgumentException if there is nothing to send, or a folder of a chosen class is missing
     */
    public static DatasetArchive of(Path source, ClassChoice choice) {
        Path real = source.toAbsolutePath().normalize();
        try {
            if (Files.isRegularFile(real)) {
                return new DatasetArchive(real, List.of(), Files.size(real));
            }
            if (!Files.isDirectory(real)) {
                throw new IllegalArgumentException("data set " + source + " does not exist; name a directory with"
                        + " train/<class>/ and test/<class>/ or val/<class>/, a CIFAR directory, or an archive of one");
            }
            List<Path> files = filesIn(real, choice);
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

    private static List<Path> filesIn(Path directory, ClassChoice choice) throws IOException {
        Optional<Set<String>> kept = keptClasses(directory, choice);
        try (Stream<Path> paths = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = paths.filter(path -> kept.isEmpty() || isKept(name(directory, path), kept.get()))
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(path -> name(directory, path)))
                    .toList();
            if (kept.isPresent() && files.stream().noneMatch(file -> isTestImage(name(directory, file)))) {
                throw new IllegalArgumentException(
                        "of the chosen classes, " + directory + " has no file in test/<class>/ or"
                                + " val/<class>/. ImageNet's validation images are published without folders of classes: sort them"
                                + " into val/<class>/ by their list first");
            }
            return files;
        }
    }

    /** Of an image folder that lies directly in the directory; empty if all is to be sent. */
    private static Optional<Set<String>> keptClasses(Path directory, ClassChoice choice) throws IOException {
        Path train = directory.resolve(TRAIN);
        if (choice.isAll() || !Files.isDirectory(train) || Files.exists(directory.resolve(TINY_IMAGENET_CLASSES))) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(train)) {
            List<String> classes = folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
            return Optional.of(
                    IntStream.of(choice.of(classes)).mapToObj(classes::get).collect(Collectors.toUnmodifiableSet()));
        }
    }

    private static boolean isKept(String name, Set<String> classes) {
        String[] levels = name.split("/");
        boolean inSplit = levels[0].equals(TRAIN) || TEST_SPLITS.contains(levels[0]);
        return !inSplit || levels.length > 1 && classes.contains(levels[1]);
    }

    private static boolean isTestImage(String name) {
        return TEST_SPLITS.contains(name.split("/")[0]);
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
