package io.faultline.artifact;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
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
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        this.out = Channels.newOutputStream(channel);
    }

    /**
     * Appends what the writer produces.
     *
     * @return SHA-256 of it
     */
    byte[] append(ContentWriter content) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (OutputStream buffered =
                new BufferedOutputStream(new DigestOutputStream(new Unclosed(out), digest), BUFFER)) {
            content.writeTo(new Unclosed(buffered));
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
