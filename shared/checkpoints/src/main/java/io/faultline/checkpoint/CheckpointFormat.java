package io.faultline.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The kinds of checkpoint files that are read, told apart by what is in them and never by the file's name. */
public enum CheckpointFormat {
    SAFETENSORS("safetensors"),
    TORCH_ARCHIVE("PyTorch (zip)"),
    TORCH_LEGACY("PyTorch before 1.6 (legacy)");

    private static final int LOOKED_AT = 512;
    private static final int TAR_MAGIC_AT = 257;
    private static final int SHORTEST = 10;

    private final String title;

    CheckpointFormat(String title) {
        this.title = title;
    }

    /** What people call it. */
    public String title() {
        return title;
    }

    /** @throws InvalidCheckpointException naming what the file is, if that is known, and what is read */
    static CheckpointFormat of(ByteSource source) throws IOException {
        byte[] start = source.read(0, (int) Math.min(source.size(), LOOKED_AT));
        if (start.length < SHORTEST) {
            throw refused(start.length == 0 ? "empty" : "only " + start.length + " bytes long");
        }
        if (begins(start, "PK\3\4") || begins(start, "PK\5\6")) {
            return TORCH_ARCHIVE;
        }
        if (LegacyTorchFile.recognizes(start)) {
            return TORCH_LEGACY;
        }
        long header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (start[Long.BYTES] == '{' && header >= 0 && header <= Integer.MAX_VALUE) {
            return SAFETENSORS;
        }
        throw refused(foreign(start));
    }

    private static String foreign(byte[] start) {
        if (start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5) {
            return "a plain Python pickle, which torch.save did not write";
        }
        if (begins(start, "\u0089HDF\r\n")) {
            return "HDF5 (Keras)";
        }
        if (begins(start, "\u0093NUMPY")) {
            return "a NumPy array (.npy)";
        }
        if (begins(start, "GGUF")) {
            return "GGUF";
        }
        if (begins(start, "TFL3", 4)) {
            return "TensorFlow Lite";
        }
        if (begins(start, "ustar", TAR_MAGIC_AT)) {
            return "a tar archive";
        }
        if (begins(start, "\u001f\u008b") || begins(start, "BZh") || begins(start, "\u00fd7zXZ")) {
            return "compressed; unpack it first";
        }
        if (begins(start, "version https://git-lfs")) {
            return "a pointer of Git LFS, not the file itself; fetch it with git lfs pull";
        }
        String text = new String(start, StandardCharsets.ISO_8859_1).stripLeading();
        if (text.regionMatches(true, 0, "<!doctype", 0, 9) || text.regionMatches(true, 0, "<html", 0, 5)) {
            return "a web page; the download went wrong";
        }
        // a protocol buffer that begins with a small version number and the producer's name, domain or graph
        if (start[0] == 8 && start[1] > 0 && start[1] < 32 && "\u0012\u001a\"*2:B".indexOf(start[2]) >= 0) {
            return "ONNX";
        }
        return "of no known format (it begins with " + HexFormat.of().formatHex(start, 0, SHORTEST) + ")";
    }

    private static InvalidCheckpointException refused(String found) {
        return new InvalidCheckpointException("the file is " + found + "; read are safetensors and the state dicts that"
                + " torch.save writes (.pth, .pt)");
    }

    private static boolean begins(byte[] start, String text) {
        return begins(start, text, 0);
    }

    private static boolean begins(byte[] start, String text, int at) {
        return new String(start, StandardCharsets.ISO_8859_1).startsWith(text, at);
    }
}
