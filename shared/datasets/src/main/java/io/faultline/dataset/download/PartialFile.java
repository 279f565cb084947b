package io.faultline.dataset.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * What is there of a download, {@code <file>.part}, and beside it, {@code <file>.part.source}, which version of which address it
 * is a part of. A part without a source is never continued.
 */
final class PartialFile {
    private final Path part;
    private final Path source;

    PartialFile(Path target) {
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.source = target.resolveSibling(target.getFileName() + ".part.source");
    }

    Path path() {
        return part;
    }

    long size() throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    /** The validator under which the server can be asked for the rest; empty where there is nothing to continue. */
    Optional<String> validatorOf(String uri) throws IOException {
        if (!Files.exists(source) || size() == 0) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(source, StandardCharsets.UTF_8);
        boolean sameAddress = lines.size() == 2 && lines.get(0).equals(uri);
        return sameAddress ? Optional.of(lines.get(1)) : Optional.empty();
    }

    /** Throws away what is there and begins a part of this version; one without a validator cannot be continued later. */
    void startOver(String uri, Optional<String> validator) throws IOException {
        delete();
        if (validator.isPresent()) {
            Files.writeString(source, uri + "\n" + validator.get() + "\n");
        }
    }

    /** For writing behind what is there; the caller closes it. */
    FileChannel open() throws IOException {
        return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void delete() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(source);
    }

    /** The part becomes the file, all at once and to survive a power cut. */
    void publish(Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        Files.deleteIfExists(source);
    }
}
