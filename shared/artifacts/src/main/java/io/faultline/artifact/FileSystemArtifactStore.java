package io.faultline.artifact;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/**
 * Keeps artifacts as files, {@code artifacts/ab/abcdef…} under a directory that all processes of the cluster may share.
 *
 * <p>An exception of a {@link ContentWriter} that is no {@link IOException} is passed on as it is. Writing an artifact that
 * is there already replaces it by equal bytes, which also heals a damaged copy.
 */
public final class FileSystemArtifactStore implements ArtifactStore {
    private final StoreDirectory directory;

    /** @throws ArtifactException if the directory cannot be created or written */
    public FileSystemArtifactStore(Path root) {
        this.directory = new StoreDirectory(root);
    }

    @Override
    public ArtifactRef write(ArtifactKind kind, ContentWriter content) {
        try (PartialFile file = directory.newFile()) {
            ArtifactId id = new ArtifactId(HexFormat.of().formatHex(file.append(content)));
            long size = file.size();
            // nobody has a reason to change bytes that are named by their digest; a reader's mistake fails loudly
            boolean protectedFromWriting = file.path().toFile().setReadOnly();
            if (!protectedFromWriting) {
                throw new IOException("cannot make " + file.path() + " read-only");
            }
            directory.replace(file, path(id));
            return new ArtifactRef(kind, id, size);
        } catch (IOException e) {
            throw new ArtifactException(
                    "an artifact of kind " + kind.wireName() + " was not stored: " + StoreDirectory.reason(e), e);
        }
    }

    @Override
    public InputStream open(ArtifactId id) {
        try {
            FileChannel file = openVerified(id);
            return new BufferedInputStream(Channels.newInputStream(file));
        } catch (NoSuchFileException e) {
            throw new ArtifactNotFoundException(id);
        } catch (IOException e) {
            throw new ArtifactException("artifact " + id + " cannot be read: " + e, e);
        }
    }

    @Override
    public Path localCopy(ArtifactId id) {
        try {
            openVerified(id).close();
            return path(id);
        } catch (NoSuchFileException e) {
            throw new ArtifactNotFoundException(id);
        } catch (IOException e) {
            throw new ArtifactException("artifact " + id + " cannot be read: " + e, e);
        }
    }

    @Override
    public boolean contains(ArtifactId id) {
        return Files.isRegularFile(path(id));
    }

    @Override
    public void delete(ArtifactId id) {
        Path path = path(id);
        try {
            if (Files.deleteIfExists(path)) {
                StoreDirectory.force(path.getParent());
            }
        } catch (IOException e) {
            throw new ArtifactException("artifact " + id + " cannot be deleted: " + e, e);
        }
    }

    private FileChannel openVerified(ArtifactId id) throws IOException {
        FileChannel file = FileChannel.open(path(id), StandardOpenOption.READ);
        try {
            ArtifactId found = new ArtifactId(HexFormat.of().formatHex(Sha256.of(file, file.size())));
            if (!found.equals(id)) {
                throw new ArtifactCorruptedException(id, found);
            }
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private Path path(ArtifactId id) {
        return directory.resolve("artifacts", id.sha256().substring(0, 2), id.sha256());
    }
}
