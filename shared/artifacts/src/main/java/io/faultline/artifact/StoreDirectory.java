package io.faultline.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The directory that holds a store. Files appear in it whole or not at all: they are written below {@code .partial}, on the
 * same file system, and moved or linked to their place when they are complete and on the disk.
 */
final class StoreDirectory {
    /** Far longer than any write pauses, so that only files of writers that died are taken away. */
    static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private static final System.Logger LOG = System.getLogger(StoreDirectory.class.getName());
    private static final String PARTIAL = ".partial";
    /** A directory that another process takes away between its creation and its use is made again this often. */
    private static final int ATTEMPTS = 100;

    private final Path root;
    private final Path partial;

    /**
     * Opens a store directory, creates it where it is missing, and takes away what writers that died left unfinished.
     *
     * @throws ArtifactException if it cannot be created or written
     */
    StoreDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.partial = this.root.resolve(PARTIAL);
        try {
            Files.createDirectories(partial);
            removeAbandoned();
        } catch (IOException | UncheckedIOException e) {
            throw new ArtifactException(
                    "store directory " + this.root + " cannot be used (" + e
                            + "); choose a directory that this process may create and write",
                    e);
        }
    }

    Path resolve(String first, String... more) {
        Path path = root.resolve(first);
        for (String name : more) {
            path = path.resolve(name);
        }
        return path;
    }

    PartialFile newFile() throws IOException {
        return new PartialFile(partial.resolve(UUID.randomUUID().toString()));
    }

    /** Moves a complete file to its place, over whatever is there; it survives a power cut when this returns. */
    void replace(PartialFile file, Path target) throws IOException {
        file.complete();
        publish(target, () -> move(file.path(), target));
    }

    /**
     * Gives a complete file its place unless there is a file already; whichever is there survives a power cut when this
     * returns.
     *
     * @return whether it was this file
     */
    boolean createIfAbsent(PartialFile file, Path target) throws IOException {
        file.complete();
        boolean[] created = {true};
        publish(target, () -> {
            try {
                // a link fails if the name is taken, on every process of every machine that sees this file system
                Files.createLink(target, file.path());
            } catch (FileAlreadyExistsException e) {
                created[0] = false;
            } catch (UnsupportedOperationException e) {
                throw new IOException("the file system of " + root + " has no hard links, which outcomes need", e);
            }
        });
        return created[0];
    }

    /** Takes a directory away at once, for every reader; one that does not exist is no error. */
    void removeDirectory(Path directory) throws IOException {
        Path doomed = partial.resolve(UUID.randomUUID().toString());
        try {
            move(directory, doomed);
        } catch (NoSuchFileException e) {
            return;
        }
        force(directory.getParent());
        delete(doomed);
    }

    /** A failure in words: those of the disk speak for themselves. */
    static String reason(IOException failure) {
        return failure instanceof DiskWriteException ? failure.getMessage() : failure.toString();
    }

    /** Makes a change of a directory's names survive a power cut. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void publish(Path target, Step step) throws IOException {
        takeStep(target, step);
        // up to the root, since another process may have made a directory and not forced it yet
        for (Path made = target.getParent(); made.startsWith(root); made = made.getParent()) {
            try {
                force(made);
            } catch (NoSuchFileException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} was taken away by another, with what was just put there", made);
            }
        }
    }

    /** Another process may take the directory away between its making and the step: then both are done again. */
    private static void takeStep(Path target, Step step) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createDirectories(target.getParent());
                step.run();
                return;
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(
                    "the file system cannot move " + from + " to " + to + " in one step; keep the store on one volume",
                    e);
        }
    }

    private void removeAbandoned() throws IOException {
        Instant limit = Instant.now().minus(ABANDONED_AFTER);
        List<Path> leftovers;
        try (Stream<Path> entries = Files.list(partial)) {
            leftovers = entries.toList();
        }
        for (Path leftover : leftovers) {
            try {
                if (Files.getLastModifiedTime(leftover).toInstant().isBefore(limit)) {
                    delete(leftover);
                    LOG.log(
                            System.Logger.Level.INFO,
                            "took away an unfinished file of a writer that died: {0}",
                            leftover);
                }
            } catch (NoSuchFileException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} was finished or taken away by another process", leftover);
            }
        }
    }

    private static void delete(Path path) throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // another process was faster
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
