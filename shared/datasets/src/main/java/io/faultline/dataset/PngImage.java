package io.faultline.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A PNG file (W3C PNG, third edition): all chunks are checked, and the kind that data sets are made of, 8 bits of R, G and B
 * without interlacing, is decoded here, since the platform's reader takes most of its time to set itself up.
 *
 * <p>Written images are not compressed but stored: bytes equal on every JDK and processor, where deflate's output changes
 * with the zlib that a JDK was built with. A photograph of 32×32 pixels loses little by it.
 */
final class PngImage {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int CHUNK_FRAME = 12;
    private static final int TRUE_COLOUR = 2;
    private static final int LARGEST_STORED_BLOCK = 0xFFFF;

    private final String name;
    private final int height;
    private final int width;
    private final int bits;
    private final int colourType;
    private final int interlace;
    private final List<ByteBuffer> data;

    private PngImage(String name, ByteBuffer header, List<ByteBuffer> data) {
        this.name = name;
        this.width = header.getInt();
        this.height = header.getInt();
        this.bits = header.get();
        this.colourType = header.get();
        header.getShort();
        this.interlace = header.get();
        this.data = data;
    }

    static boolean hasSignature(byte[] bytes) {
        return bytes.length >= SIGNATURE.length
                && Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /** @throws InvalidDatasetException if the file is cut off or a chunk is damaged */
    static PngImage of(String name, byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).position(SIGNATURE.length);
        ByteBuffer header = null;
        List<ByteBuffer> data = new ArrayList<>();
        while (file.remaining() >= CHUNK_FRAME) {
            int length = file.getInt();
            if (length < 0 || length > file.remaining() - 8) {
                throw refused(name, "ends in the middle of a chunk", null);
            }
            int start = file.position();
            String type = new String(bytes, start, 4, StandardCharsets.ISO_8859_1);
            CRC32 crc = new CRC32();
            crc.update(bytes, start, 4 + length);
            if (file.getInt(start + 4 + length) != (int) crc.getValue()) {
                throw refused(name, "has a damaged chunk (CRC-32)", null);
            }
            ByteBuffer chunk = file.slice(start + 4, length);
            switch (type) {
                case "IHDR" -> header = chunk;
                case "IDAT" -> data.add(chunk);
                case "IEND" -> {
                    if (header == null || header.remaining() != 13 || data.isEmpty()) {
                        throw refused(name, "has no header or no pixels", null);
                    }
                    PngImage image = new PngImage(name, header, data);
                    if (image.bits > 8) {
                        throw refused(name, "has " + image.bits + " bits per channel", null);
                    }
                    return image;
                }
                default -> {
                    // text, times, profiles: nothing that a pixel is made of, or the platform's reader knows it
                }
            }
            file.position(start + length + 8);
        }
        throw refused(name, "ends before its end chunk", null);
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Whether {@link #decode} can decode it. */
    boolean isTrueColour() {
        return bits == 8 && colourType == TRUE_COLOUR && interlace == 0;
    }

    RgbImage decode() {
        int stride = 3 * width;
        byte[] rows = inflate(height * (stride + 1));
        byte[] pixels = new byte[height * stride];
        for (int y = 0; y < height; y++) {
            unfilter(rows, y * (stride + 1), pixels, y * stride, stride, y > 0);
        }
        return new RgbImage(height, width, pixels);
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
        ByteBuffer header = ByteBuffer.allocate(13)
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

    private byte[] inflate(int size) {
        byte[] rows = new byte[size];
        Inflater inflater = new Inflater();
        try {
            int done = 0;
            for (ByteBuffer chunk : data) {
                inflater.setInput(chunk.duplicate());
                while (done < size && !inflater.needsInput() && !inflater.finished()) {
                    int more = inflater.inflate(rows, done, size - done);
                    if (more == 0 && inflater.needsDictionary()) {
                        throw refused(name, "needs a preset dictionary", null);
                    }
                    done += more;
                }
            }
            if (done < size) {
                throw refused(name, "has pixels for " + done + " of " + size + " bytes", null);
            }
            return rows;
        } catch (DataFormatException e) {
            throw refused(name, "has damaged pixels (" + e.getMessage() + ")", e);
        } finally {
            inflater.end();
        }
    }

    /** Undoes a row's filter (PNG, Sec. 9.2). */
    private void unfilter(byte[] rows, int from, byte[] pixels, int to, int stride, boolean hasAbove) {
        int filter = rows[from];
        if (filter < 0 || filter > 4) {
            throw refused(name, "has a row of unknown filter " + filter, null);
        }
        for (int i = 0; i < stride; i++) {
            int left = i >= 3 ? pixels[to + i - 3] & 0xFF : 0;
            int above = hasAbove ? pixels[to + i - stride] & 0xFF : 0;
            int aboveLeft = hasAbove && i >= 3 ? pixels[to + i - stride - 3] & 0xFF : 0;
            int predicted =
                    switch (filter) {
                        case 0 -> 0;
                        case 1 -> left;
                        case 2 -> above;
                        case 3 -> (left + above) / 2;
                        default -> paeth(left, above, aboveLeft);
                    };
            pixels[to + i] = (byte) (rows[from + 1 + i] + predicted);
        }
    }

    private static int paeth(int left, int above, int aboveLeft) {
        int estimate = left + above - aboveLeft;
        int toLeft = Math.abs(estimate - left);
        int toAbove = Math.abs(estimate - above);
        int toAboveLeft = Math.abs(estimate - aboveLeft);
        if (toLeft <= toAbove && toLeft <= toAboveLeft) {
            return left;
        }
        return toAbove <= toAboveLeft ? above : aboveLeft;
    }

    private static InvalidDatasetException refused(String name, String found, Exception cause) {
        return new InvalidDatasetException(
                name + " is a PNG that " + found
                        + "; allowed: whole PNGs of 8 bits per channel. Replace the file or remove it.",
                cause);
    }
}
