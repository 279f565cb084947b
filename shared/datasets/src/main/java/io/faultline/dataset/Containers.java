package io.faultline.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Tells by its first bytes, never by its name, what a data set is packed in. */
final class Containers {
    private static final int SHOWN_BYTES = 8;

    private Containers() {}

    /** @throws InvalidDatasetException if it is nothing that a data set can be packed in */
    static DataFiles open(Path path, DatasetLimits limits) {
        if (Files.isDirectory(path)) {
            return new FolderFiles(path, limits);
        }
        if (!Files.isRegularFile(path)) {
            throw new InvalidDatasetException(
                    path + " does not exist or is no regular file; expected a folder or an archive. Check the path.");
        }
        byte[] start = start(path);
        if (start.length == 0) {
            throw new InvalidDatasetException(
                    "the file is empty; expected a zip, tar, tar.gz or tar.xz. Upload it again.");
        }
        if (startsWith(start, 'P', 'K', 3, 4) || startsWith(start, 'P', 'K', 5, 6)) {
            return ZipFiles.open(path, limits);
        }
        if (startsWith(start, 0x1F, 0x8B)) {
            return new TarFiles(path, TarFiles.Packing.GZIP, limits);
        }
        if (startsWith(start, 0xFD, '7', 'z', 'X', 'Z', 0)) {
            return new TarFiles(path, TarFiles.Packing.XZ, limits);
        }
        if (TarFiles.isHeader(start)) {
            return new TarFiles(path, TarFiles.Packing.PLAIN, limits);
        }
        throw new InvalidDatasetException("the file is " + kind(start)
                + "; allowed: a folder, zip, tar, tar.gz or tar.xz. Pack the data set as one of them.");
    }

    private static String kind(byte[] start) {
        if (startsWith(start, 'B', 'Z', 'h')) {
            return "compressed by bzip2";
        }
        if (startsWith(start, 0x28, 0xB5, 0x2F, 0xFD)) {
            return "compressed by Zstandard";
        }
        if (startsWith(start, '7', 'z', 0xBC, 0xAF)) {
            return "a 7z archive";
        }
        if (startsWith(start, 'R', 'a', 'r', '!')) {
            return "a RAR archive";
        }
        return "of an unknown kind (first bytes "
                + HexFormat.ofDelimiter(" ").formatHex(start, 0, Math.min(SHOWN_BYTES, start.length)) + ")";
    }

    private static boolean startsWith(byte[] start, int... magic) {
        if (start.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((start[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] start(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(TarFiles.HEADER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
