package io.faultline.dataset;

import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStreamImpl;

/** Bytes in memory for an image reader; the platform's own stream would copy them into a cache first. */
final class ByteArrayImageInput extends ImageInputStreamImpl {
    private final ByteBuffer bytes;

    ByteArrayImageInput(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    @Override
    public int read() {
        setBitOffset();
        if (streamPos >= bytes.limit()) {
            return -1;
        }
        return bytes.get((int) streamPos++) & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        setBitOffset();
        int count = (int) Math.min(length, bytes.limit() - streamPos);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        bytes.get((int) streamPos, into, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.limit();
    }

    private void setBitOffset() {
        // every whole byte read ends a byte read in bits (ImageInputStream's contract)
        bitOffset = 0;
    }
}
