package io.faultline.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that src/test/python/checkpoints.py wrote. */
final class CheckpointSamples {
    private CheckpointSamples() {}

    static Path file(String name) {
        try {
            return Path.of(CheckpointSamples.class.getResource("/checkpoints").toURI())
                    .resolve(name);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of a folder's files, without their ending. */
    static List<String> names(String folder) {
        try (Stream<Path> files = Files.list(file(folder))) {
            return files.map(path -> path.getFileName().toString().replaceFirst("\\.pth$", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
