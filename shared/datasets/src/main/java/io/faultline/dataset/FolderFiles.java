package io.faultline.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A folder on disk. Symbolic links are followed: whoever names a folder may read what it shows. */
final class FolderFiles implements DataFiles {
    private final Path root;
    private final DatasetLimits limits;
    private Map<String, Long> sizes = Map.of();

    FolderFiles(Path root, DatasetLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    @Override
    public FileListing list() {
        FileListing listing = new FileListing(limits);
        try {
            Files.walkFileTree(
                    root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                            listing.addFolder(nameOf(folder));
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            if (!attributes.isRegularFile()) {
                                throw new InvalidDatasetException(nameOf(file)
                                        + " is no regular file but a device, pipe or dangling link; allowed: files and"
                                        + " folders. Remove it.");
                            }
                            listing.addFile(nameOf(file), attributes.size());
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                            if (failure instanceof FileSystemLoopException) {
                                throw new InvalidDatasetException(
                                        nameOf(file) + " is a link to a folder that contains it. Remove the link.",
                                        failure);
                            }
                            throw failure;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sizes = listing.files();
        return listing;
    }

    @Override
    public void read(Collection<String> names, Consumer<List<FileContent>> batches) {
        List<String> group = new ArrayList<>();
        long bytes = 0;
        for (String name : new TreeSet<>(names)) {
            group.add(name);
            bytes += sizes.getOrDefault(name, 0L);
            if (group.size() >= BATCH_FILES || bytes >= BATCH_BYTES) {
                batches.accept(contents(group));
                group.clear();
                bytes = 0;
            }
        }
        if (!group.isEmpty()) {
            batches.accept(contents(group));
        }
    }

    private List<FileContent> contents(List<String> names) {
        return names.parallelStream()
                .map(name -> new FileContent(name, bytes(name)))
                .toList();
    }

    @Override
    public boolean hasRandomAccess() {
        return true;
    }

    @Override
    public void close() {
        // a folder holds nothing open
    }

    @Override
    public byte[] bytes(String name) {
        try {
            return Files.readAllBytes(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean canSeek() {
        return true;
    }

    @Override
    public byte[] bytes(String name, long from, int length) {
        try (FileChannel file = FileChannel.open(root.resolve(name), StandardOpenOption.READ)) {
            ByteBuffer part = ByteBuffer.allocate(length);
            while (part.hasRemaining()) {
                if (file.read(part, from + part.position()) < 0) {
                    throw new InvalidDatasetException(name
                            + " became shorter while the data set was read. Leave the files alone and read again.");
                }
            }
            return part.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String nameOf(Path path) {
        String separator = path.getFileSystem().getSeparator();
        String name = root.relativize(path).toString();
        return separator.equals("/") ? name : name.replace(separator, "/");
    }
}
