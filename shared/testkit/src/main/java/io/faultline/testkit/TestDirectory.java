package io.faultline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory under the module's {@code target} that is gone when the tests' process ends in order. */
final class TestDirectory {
    private static final Path ROOT = Path.of("target", "testkit");

    private TestDirectory() {}

    static Path create(String purpose) {
        try {
            Files.createDirectories(ROOT);
            return Files.createTempDirectory(ROOT, purpose + "-").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for " + purpose + " in " + ROOT.toAbsolutePath(), e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be deleted", e);
        }
    }
}
