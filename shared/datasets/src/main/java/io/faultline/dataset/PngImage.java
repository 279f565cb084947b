package io.faultline.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * A PNG file (W3C PNG, third edition) of any colour type, depth and interlacing, with all chunks checked. Read here rather than
 * by the platform, whose reader unpacks texts and profiles that nobody asked for and takes most of its time to set itself up.
 *
 * <p>Depths other than 8 are scaled linearly and rounded: 16 bits become {@code round(v / 257)}, so that what was widened from
 * 8 bits comes back as it was, and levels are nearest to the original's. (Cutting to the high byte, as Pillow does, is at most
 * one level away.) Transparency, by channel or by {@code tRNS}, is dropped: the colours below it are the image.
 *
 * <p>Written images are not compressed but stored: bytes equal on every JDK and processor, where deflate's output changes
 * with the zlib that a JDK was built with. A photograph of 32×32 pixels loses little by it.
 */
final class PngImage {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int CHUNK_FRAME = 12;
    private static final int HEADER_BYTES = 13;
    private static final int TRUE_COLOUR = 2;
    private static final int LARGEST_STORED_BLOCK = 0xFFFF;
    /** More than this many bytes cannot come from one of a deflate stream (258 for a code of two bits). */
    private static final int BEST_COMPRESSION = 1032;

    /** The passes of Adam7, {first column, first row, columns apart, rows apart}, and the one of an image without. */
    private static final int[][] INTERLACED = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

    private final String name;
    private final byte[] bytes;
    private final Header header;
    private final byte[] palette;
    private final int firstData;
    private final long dataBytes;
    private final Orientation orientation;

    private PngImage(
            String name,
            byte[] bytes,
            Header header,
            byte[] palette,
            int firstData,
            long dataBytes,
            Orientation orientation) {
        this.name = name;
        this.bytes = bytes;
        this.header = header;
        this.palette = palette;
        this.firstData = firstData;
        this.dataBytes = dataBytes;
        this.orientation = orientation;
    }

    /** The header chunk; width and height are unsigned there and may be more than an int holds. */
    private record Header(long width, long height, int bits, int colourType, int interlace) {
        static Header of(String name, ByteBuffer chunk) {
            if (chunk.remaining() != HEADER_BYTES) {
                throw refused(name, "has a header of " + chunk.remaining() + " bytes", null);
            }
            long width = chunk.getInt() & 0xFFFFFFFFL;
            long height = chunk.getInt() & 0xFFFFFFFFL;
            int bits = chunk.get() & 0xFF;
            int colourType = chunk.get() & 0xFF;
            int compression = chunk.get() & 0xFF;
            int filter = chunk.get() & 0xFF;
            int interlace = chunk.get() & 0xFF;
            boolean allowed =
                    switch (colourType) {
                        case 0 -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
                        case 3 -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
                        case 2, 4, 6 -> bits == 8 || bits == 16;
                        default -> false;
                    };
            if (!allowed) {
                throw refused(name, "has " + bits + " bits per channel in colour type " + colourType, null);
            }
            if (compression != 0 || filter != 0 || interlace > 1) {
                throw refused(
                        name,
                        "has compression " + compression + ", filter " + filter + ", interlacing " + interlace,
                        null);
            }
            return new Header(width, height, bits, colourType, interlace);
        }

        int channels() {
            return switch (colourType) {
                case 2 -> 3;
                case 4 -> 2;
                case 6 -> 4;
                default -> 1;
            };
        }

        int[][] passes() {
            return interlace == 1 ? INTERLACED : ONE_PASS;
        }

        int columns(int[] pass) {
            return (int) ((width - pass[0] + pass[2] - 1) / pass[2]);
        }

        int rows(int[] pass) {
            return (int) ((height - pass[1] + pass[3] - 1) / pass[3]);
        }

        /** Bytes of a row of so many pixels, without the one for its filter. */
        int stride(int columns) {
            return (int) (((long) columns * channels() * bits + 7) / 8);
        }

        /** Bytes of all rows with their filters, as they lie in the deflate stream. */
        long rowBytes() {
            long all = 0;
            for (int[] pass : passes()) {
                if (columns(pass) > 0) {
                    all += (long) rows(pass) * (1 + stride(columns(pass)));
                }
            }
            return all;
        }
    }

    static boolean hasSignature(byte[] bytes) {
        return bytes.length >= SIGNATURE.length
                && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /** @throws InvalidDatasetException if the file is cut off, a chunk is damaged, or it is of a kind that is not decoded */
    static PngImage of(String name, byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).position(SIGNATURE.length);
        Header header = null;
        byte[] palette = null;
        Orientation orientation = null;
        int firstData = -1;
        long dataBytes = 0;
        while (file.remaining() >= CHUNK_FRAME) {
            int length = file.getInt();
            if (length < 0 || length > file.remaining() - 8) {
                throw refused(name, "ends in the middle of a chunk", null);
            }
            int start = file.position();
            String type = type(bytes, start);
            CRC32 crc = new CRC32();
            crc.update(bytes, start, 4 + length);
            if (file.getInt(start + 4 + length) != (int) crc.getValue()) {
                throw refused(name, "has a damaged chunk (CRC-32)", null);
            }
            ByteBuffer chunk = file.slice(start + 4, length);
            if ((header == null) != type.equals("IHDR")) {
                throw refused(name, header == null ? "does not begin with its header" : "has two headers", null);
            }
            switch (type) {
                case "IHDR" -> header = Header.of(name, chunk);
                case "PLTE" -> palette = palette(name, chunk);
                case "IDAT" -> {
                    firstData = firstData < 0 ? start - 4 : firstData;
                    dataBytes += length;
                }
                case "eXIf" -> orientation = orientation == null ? Orientation.of(chunk) : orientation;
                case "IEND" -> {
                    if (firstData < 0) {
                        throw refused(name, "has no pixels", null);
                    }
                    if (header.colourType() == 3 && palette == null) {
                        throw refused(name, "has no palette for its colours", null);
                    }
                    Orientation held = orientation == null ? Orientation.UPRIGHT : orientation;
                    return new PngImage(name, bytes, header, palette, firstData, dataBytes, held);
                }
                default -> {
                    boolean critical = Character.isUpperCase(type.charAt(0));
                    if (critical) {
                        throw refused(name, "has the unknown critical chunk " + EntryName.shown(type), null);
                    }
                    // text, times, profiles: nothing that a pixel is made of
                }
            }
            file.position(start + length + 8);
        }
        throw refused(name, "ends before its end chunk", null);
    }

    private static byte[] palette(String name, ByteBuffer chunk) {
        if (chunk.remaining() == 0 || chunk.remaining() % 3 != 0 || chunk.remaining() > 3 * 256) {
            throw refused(name, "has a palette of " + chunk.remaining() + " bytes", null);
        }
        byte[] palette = new byte[chunk.remaining()];
        chunk.get(palette);
        return palette;
    }

    private static String type(byte[] bytes, int start) {
        return new String(bytes, start, 4, StandardCharsets.ISO_8859_1);
    }

    /** In pixels, as stored. */
    long height() {
        return header.height();
    }

    /** In pixels, as stored. */
    long width() {
        return header.width();
    }

    Orientation orientation() {
        return orientation;
    }

    /**
     * The pixels as stored, not yet turned upright. Called when height and width are known to be bearable.
     *
     * @throws InvalidDatasetException if the pixels are damaged or fewer than the header says
     */
    RgbImage decode() {
        long needed = header.rowBytes();
        if (needed > BEST_COMPRESSION * dataBytes) {
            throw refused(
                    name, "has pixels in " + dataBytes + " bytes where " + needed + " must unpack from them", null);
        }
        int height = (int) header.height();
        int width = (int) header.width();
        byte[] pixels = new byte[3 * height * width];
        try (PngRows rows = new PngRows(name, bytes, firstData, needed)) {
            for (int[] pass : header.passes()) {
                decode(pass, rows, pixels, width);
            }
        }
        return new RgbImage(height, width, pixels);
    }

    private void decode(int[] pass, PngRows rows, byte[] pixels, int width) {
        int columns = header.columns(pass);
        if (columns == 0) {
            return;
        }
        boolean wholeRowsOfRgb = header.bits() == 8 && header.colourType() == TRUE_COLOUR && pass[2] == 1;
        rows.startPass(header.stride(columns), Math.max(1, header.channels() * header.bits() / 8));
        int count = header.rows(pass);
        for (int y = 0; y < count; y++) {
            byte[] row = rows.next();
            int to = 3 * ((pass[1] + y * pass[3]) * width + pass[0]);
            if (wholeRowsOfRgb) {
                System.arraycopy(row, 1, pixels, to, 3 * columns);
            } else {
                copy(row, columns, pixels, to, 3 * pass[2]);
            }
        }
    }

    /** Makes red, green and blue of a row whose samples begin at place 1, pixels so many bytes apart. */
    private void copy(byte[] row, int columns, byte[] pixels, int to, int apart) {
        int channels = header.channels();
        boolean grey = channels < 3;
        int place = to;
        for (int x = 0; x < columns; x++) {
            if (header.colourType() == 3) {
                int colour = 3 * sample(row, x);
                if (colour >= palette.length) {
                    throw refused(name, "has colour " + colour / 3 + " of a palette of " + palette.length / 3, null);
                }
                pixels[place] = palette[colour];
                pixels[place + 1] = palette[colour + 1];
                pixels[place + 2] = palette[colour + 2];
            } else if (grey) {
                byte level = level(sample(row, x * channels));
                pixels[place] = level;
                pixels[place + 1] = level;
                pixels[place + 2] = level;
            } else {
                pixels[place] = level(sample(row, x * channels));
                pixels[place + 1] = level(sample(row, x * channels + 1));
                pixels[place + 2] = level(sample(row, x * channels + 2));
            }
            place += apart;
        }
    }

    private int sample(byte[] row, int index) {
        int bits = header.bits();
        if (bits == 8) {
            return row[1 + index] & 0xFF;
        }
        if (bits == 16) {
            return (row[1 + 2 * index] & 0xFF) << 8 | row[2 + 2 * index] & 0xFF;
        }
        // the leftmost pixel is in the highest bits
        int shift = 8 - bits - index * bits % 8;
        return row[1 + index * bits / 8] >> shift & (1 << bits) - 1;
    }

    private byte level(int sample) {
        return (byte)
                switch (header.bits()) {
                    case 8 -> sample;
                    case 16 -> (sample + 128) / 257;
                    default -> sample * 255 / ((1 << header.bits()) - 1);
                };
    }

    /** The bytes of a PNG file; a pure function of the image. */
    static byte[] encode(RgbImage image) {
        int stride = 3 * image.width();
        byte[] rows = new byte[image.height() * (stride + 1)];
        for (int y = 0; y < image.height(); y++) {
            // the row's first byte stays 0: no filter
            System.arraycopy(image.pixels(), y * stride, rows, y * (stride + 1) + 1, stride);
        }
        byte[] stored = stored(rows);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(image.width())
                .putInt(image.height())
                .put((byte) 8)
                .put((byte) TRUE_COLOUR);
        ByteBuffer file = ByteBuffer.allocate(SIGNATURE.length + 3 * CHUNK_FRAME + header.capacity() + stored.length);
        file.put(SIGNATURE);
        putChunk(file, "IHDR", header.array());
        putChunk(file, "IDAT", stored);
        putChunk(file, "IEND", new byte[0]);
        return file.array();
    }

    /** A zlib stream (RFC 1950) of stored blocks (RFC 1951, Sec. 3.2.4). */
    private static byte[] stored(byte[] rows) {
        int blocks = (rows.length + LARGEST_STORED_BLOCK - 1) / LARGEST_STORED_BLOCK;
        ByteBuffer out = ByteBuffer.allocate(2 + 5 * blocks + rows.length + 4);
        out.put((byte) 0x78).put((byte) 0x01);
        for (int from = 0; from < rows.length; from += LARGEST_STORED_BLOCK) {
            int length = Math.min(LARGEST_STORED_BLOCK, rows.length - from);
            boolean last = from + length == rows.length;
            out.put((byte) (last ? 1 : 0));
            out.put((byte) length).put((byte) (length >> 8)).put((byte) ~length).put((byte) (~length >> 8));
            out.put(rows, from, length);
        }
        Adler32 checksum = new Adler32();
        checksum.update(rows);
        return out.putInt((int) checksum.getValue()).array();
    }

    private static void putChunk(ByteBuffer file, String type, byte[] content) {
        byte[] typeBytes = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(typeBytes);
        crc.update(content);
        file.putInt(content.length).put(typeBytes).put(content).putInt((int) crc.getValue());
    }

    static InvalidDatasetException refused(String name, String found, Exception cause) {
        return new InvalidDatasetException(
                name + " is a PNG that " + found + "; allowed: whole PNGs. Replace the file or remove it.", cause);
    }
}
