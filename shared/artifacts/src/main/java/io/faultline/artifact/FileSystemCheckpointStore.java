package io.faultline.artifact;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Keeps checkpoints as files, {@code checkpoints/<fingerprint>/<name>}: the bytes, then their SHA-256, by which a
 * checkpoint that was cut off or changed is known and passed over as if there were none.
 */
public final class FileSystemCheckpointStore implements CheckpointStore {
    private static final System.Logger LOG = System.getLogger(FileSystemCheckpointStore.class.getName());

    private final StoreDirectory directory;

    /** @throws ArtifactException if the directory cannot be created or written */
    public FileSystemCheckpointStore(Path root) {
        this.directory = new StoreDirectory(root);
    }

    @Override
    public Optional<InputStream> open(String fingerprint, String name) {
        Path path = path(fingerprint, name);
        try {
            FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
            try {
                long length = file.size() - Sha256.LENGTH;
                if (length >= 0 && MessageDigest.isEqual(Sha256.of(file, length), trailer(file, length))) {
                    return Optional.of(new BufferedInputStream(new FirstBytes(Channels.newInputStream(file), length)));
                }
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
            file.close();
            LOG.log(System.Logger.Level.WARNING, "checkpoint {0} is damaged and passed over", path);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ArtifactException("checkpoint " + path + " cannot be read: " + e, e);
        }
    }

    @Override
    public boolean exists(String fingerprint, String name) {
        return Files.exists(path(fingerprint, name));
    }

    @Override
    public void write(String fingerprint, String name, ContentWriter content) {
        Path path = path(fingerprint, name);
        try (PartialFile file = directory.newFile()) {
            file.append(file.append(content));
            directory.replace(file, path);
        } catch (IOException e) {
            throw new ArtifactException("checkpoint " + path + " was not written: " + StoreDirectory.reason(e), e);
        }
    }

    @Override
    public boolean writeIfAbsent(String fingerprint, String name, ContentWriter content) {
        Path path = path(fingerprint, name);
        try (PartialFile file = directory.newFile()) {
            file.append(file.append(content));
            return directory.createIfAbsent(file, path);
        } catch (IOException e) {
            throw new ArtifactException("checkpoint " + path + " was not written: " + StoreDirectory.reason(e), e);
        }
    }

    @Override
    public void clear(String fingerprint) {
        try {
            directory.removeDirectory(directory.resolve("checkpoints", StoreNames.fingerprint(fingerprint)));
        } catch (IOException e) {
            throw new ArtifactException("checkpoints of " + fingerprint + " were not removed: " + e, e);
        }
    }

    private Path path(String fingerprint, String name) {
        return directory.resolve("checkpoints", StoreNames.fingerprint(fingerprint), StoreNames.checkpoint(name));
    }

    private static byte[] trailer(FileChannel file, long position) throws IOException {
        ByteBuffer trailer = ByteBuffer.allocate(Sha256.LENGTH);
        while (trailer.hasRemaining()) {
            if (file.read(trailer, position + trailer.position()) < 0) {
                break; // cut off meanwhile: zeros will not match
            }
        }
        return trailer.array();
    }

    /** The stream without the digest at its end. */
    private static final class FirstBytes extends FilterInputStream {
        private long left;

        FirstBytes(InputStream in, long count) {
            super(in);
            this.left = count;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            int value = in.read();
            left -= value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return length == 0 ? 0 : -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(Math.min(count, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(in.available(), left);
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
