package io.faultline.artifact;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** A file that is being written and has no name yet that a reader knows. Closing it takes it away, unless it was moved. */
final class PartialFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final OutputStream out;

    PartialFile(Path path) throws IOException {
        this(path, FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    }

    /** @param channel what the bytes go to, closed with the file */
    PartialFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
        this.out = new Disk(Channels.newOutputStream(channel));
    }

    /**
     * Appends what the writer produces.
     *
     * @return SHA-256 of it
     * @throws DiskWriteException if the disk does not take it, also if the writer wrapped that into an unchecked exception
     */
    byte[] append(ContentWriter content) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (OutputStream buffered =
                new BufferedOutputStream(new DigestOutputStream(new Unclosed(out), digest), BUFFER)) {
            content.writeTo(new Unclosed(buffered));
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof DiskWriteException disk) {
                throw disk;
            }
            throw e;
        }
        return digest.digest();
    }

    void append(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    long size() throws IOException {
        return channel.size();
    }

    Path path() {
        return path;
    }

    /** Ends the writing; the bytes are on the disk when this returns. */
    void complete() throws IOException {
        if (channel.isOpen()) {
            channel.force(true);
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    /** Says more of a failure than the operating system does. */
    private final class Disk extends FilterOutputStream {
        private long written;

        Disk(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
                written += length;
            } catch (ClosedChannelException e) {
                // a stage that was interrupted: the disk has nothing to do with it
                throw e;
            } catch (IOException e) {
                throw DiskWriteException.of(e, Files.getFileStore(path), written, length);
            }
        }
    }

    /** The stream belongs to the store: a writer that closes it (a tar or zip stream does) only flushes it. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
