package io.faultline.poison.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The keys of one data set, derived from the master key by HKDF-SHA-256 with the data set's digest as salt. Each stream is
 * bound to what it is for, so that two classes, or two protections of one data set with other settings, share nothing.
 */
public final class KeyDerivation {
    private static final byte[] FILTER_LABEL = "io.faultline.cuda.filter.v1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] datasetKey;

    KeyDerivation(byte[] datasetKey) {
        this.datasetKey = datasetKey;
    }

    /**
     * The random stream of one class's filter.
     *
     * @param blur p_b, bound to the stream together with the kernel size
     */
    public KeyStream filterStream(int label, int kernelSize, double blur) {
        byte[] info = ByteBuffer.allocate(FILTER_LABEL.length + 2 * Integer.BYTES + Double.BYTES)
                .put(FILTER_LABEL)
                .putInt(label)
                .putInt(kernelSize)
                .putDouble(blur)
                .array();
        return new KeyStream(datasetKey, info);
    }

    @Override
    public String toString() {
        return "KeyDerivation";
    }
}
