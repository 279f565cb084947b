package io.faultline.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;

/**
 * Bytes that can be read from anywhere within them. A file is read where its bytes are wanted and not mapped into memory: a
 * file that is cut short while it is mapped would take the whole JVM with it.
 */
interface ByteSource {
    int BLOCK = 1 << 20;

    long size();

    /**
     * Fills an array with the bytes from a position on.
     *
     * @throws InvalidCheckpointException if the bytes are not there
     */
    void read(long position, byte[] into) throws IOException;

    /** All bytes, from the first. */
    InputStream stream() throws IOException;

    /** The bytes from a position on. */
    default byte[] read(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        read(position, bytes);
        return bytes;
    }

    static ByteSource of(byte[] bytes) {
        return new ByteSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long position, byte[] into) {
                if (position < 0 || position > bytes.length - into.length) {
                    throw cutOff(position, into.length, bytes.length);
                }
                System.arraycopy(bytes, (int) position, into, 0, into.length);
            }

            @Override
            public InputStream stream() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    /** The bytes of an open file, which stays the caller's. */
    static ByteSource of(FileChannel file) throws IOException {
        long size = file.size();
        return new ByteSource() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public void read(long position, byte[] into) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(into);
                while (buffer.position() < into.length) {
                    // in blocks: the JDK takes native memory for as much as it is asked for at once, and keeps it
                    buffer.limit(Math.min(into.length, buffer.position() + BLOCK));
                    if (position < 0 || file.read(buffer, position + buffer.position()) < 0) {
                        throw cutOff(position, into.length, size);
                    }
                }
            }

            @Override
            public InputStream stream() throws IOException {
                return Channels.newInputStream(file.position(0));
            }
        };
    }

    private static InvalidCheckpointException cutOff(long position, int length, long size) {
        return new InvalidCheckpointException("the checkpoint has no " + length + " bytes from " + position
                + " on; it ends at " + size + ": it was cut off");
    }
}
