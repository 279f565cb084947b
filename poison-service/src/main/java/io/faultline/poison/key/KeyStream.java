package io.faultline.poison.key;

import java.nio.ByteBuffer;

/**
 * A stream of random numbers out of HKDF-SHA-256: as long as is wanted, since each expansion of 255 blocks carries its
 * number in its info. For one thread.
 */
public final class KeyStream {
    private final byte[] key;
    private final byte[] info;
    private int expansions;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    KeyStream(byte[] key, byte[] info) {
        this.key = key;
        this.info = info;
    }

    /** Uniform on [0, 1): a multiple of 2⁻⁵³. */
    public double nextDouble() {
        return (next(Long.BYTES).getLong() >>> (Long.SIZE - 53)) * 0x1p-53;
    }

    /**
     * Uniform on 0 to {@code bound} − 1, without bias: a draw that does not fit is thrown away.
     *
     * @throws IllegalArgumentException if the bound is below 1
     */
    public int nextBelow(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound is " + bound + "; expected at least 1");
        }
        int mask = bound == 1 ? 0 : -1 >>> Integer.numberOfLeadingZeros(bound - 1);
        while (true) {
            int draw = next(Integer.BYTES).getInt() & mask;
            if (draw < bound) {
                return draw;
            }
        }
    }

    private ByteBuffer next(int count) {
        if (bytes.remaining() < count) {
            byte[] numbered = ByteBuffer.allocate(info.length + Integer.BYTES)
                    .put(info)
                    .putInt(expansions++)
                    .array();
            bytes = ByteBuffer.wrap(HkdfSha256.expand(key, numbered, HkdfSha256.LONGEST));
        }
        return bytes;
    }

    @Override
    public String toString() {
        return "KeyStream";
    }
}
