package io.faultline.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest that names artifacts and guards checkpoints. */
final class Sha256 {
    /** Bytes of a digest. */
    static final int LENGTH = 32;

    private static final int BUFFER = 1 << 16;

    private Sha256() {}

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Digest of the first {@code length} bytes of a file, read by position, so that the channel's own is not moved. */
    static byte[] of(FileChannel file, long length) throws IOException {
        MessageDigest digest = newDigest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long position = 0;
        while (position < length) {
            buffer.clear().limit((int) Math.min(BUFFER, length - position));
            int read = file.read(buffer, position);
            if (read < 0) {
                break; // cut off meanwhile: the digest will not match
            }
            position += read;
            digest.update(buffer.flip());
        }
        return digest.digest();
    }
}
