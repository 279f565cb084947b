package io.faultline.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps outcomes as files, {@code outcomes/<fingerprint>.json}. The first writer of all processes that share the directory
 * wins; a half-written outcome is never seen.
 */
public final class FileSystemOutcomeLedger implements OutcomeLedger {
    private final StoreDirectory directory;

    /** @throws ArtifactException if the directory cannot be created or written */
    public FileSystemOutcomeLedger(Path root) {
        this.directory = new StoreDirectory(root);
    }

    @Override
    public Optional<byte[]> find(String fingerprint) {
        Path path = path(fingerprint);
        try {
            return Optional.of(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ArtifactException("outcome " + fingerprint + " cannot be read: " + e, e);
        }
    }

    @Override
    public byte[] recordIfAbsent(String fingerprint, byte[] outcome) {
        Path path = path(fingerprint);
        try (PartialFile file = directory.newFile()) {
            file.append(outcome);
            return directory.createIfAbsent(file, path) ? outcome.clone() : Files.readAllBytes(path);
        } catch (IOException e) {
            throw new ArtifactException("outcome " + fingerprint + " was not recorded: " + StoreDirectory.reason(e), e);
        }
    }

    private Path path(String fingerprint) {
        return directory.resolve("outcomes", StoreNames.fingerprint(fingerprint) + ".json");
    }
}
