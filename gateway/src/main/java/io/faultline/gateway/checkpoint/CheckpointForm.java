package io.faultline.gateway.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What a file of weights may be, told by its first bytes. */
enum CheckpointForm {
    SAFETENSORS("safetensors"),
    /** PyTorch's since 1.6. */
    TORCH_ZIP("pytorch zip"),
    /** PyTorch's before. */
    TORCH_LEGACY("pytorch legacy");

    static final int BYTES_NEEDED = 16;

    private static final byte[] ZIP = {'P', 'K', 3, 4};
    // a pickle of protocol 2 that holds PyTorch's magic number, ten bytes long
    private static final byte[] LEGACY = {
        (byte) 0x80, 2, (byte) 0x8A, 10, 0x6C, (byte) 0xFC, (byte) 0x9C, 0x46, (byte) 0xF9
    };

    private final String wireName;

    CheckpointForm(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }

    /** @throws RefusedCheckpointException if it is none of them */
    static CheckpointForm of(byte[] first, long size) {
        if (startsWith(first, ZIP)) {
            return TORCH_ZIP;
        }
        if (startsWith(first, LEGACY)) {
            return TORCH_LEGACY;
        }
        if (first.length > Long.BYTES && first[Long.BYTES] == '{') {
            long header = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (header >= 2 && header <= size - Long.BYTES) {
                return SAFETENSORS;
            }
        }
        throw new RefusedCheckpointException(
                "the upload is neither a safetensors file nor one that PyTorch's torch.save wrote; save the network's"
                        + " state_dict() in one of these forms");
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }
}
