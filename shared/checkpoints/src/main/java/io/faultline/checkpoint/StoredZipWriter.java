package io.faultline.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Writes a zip as PyTorch lays it out: entries stored as they are, without a time, each beginning at a multiple of 64 so that
 * it can be mapped into memory. The JDK's own writer neither aligns nor leaves the time out.
 */
final class StoredZipWriter {
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int CENTRAL_HEADER_BYTES = 46;
    private static final int END_RECORD_BYTES = 22;
    private static final int ALIGNMENT = 64;
    // an extra field of PyTorch's own, "FB", whose content is padding
    private static final short PADDING_FIELD = 0x4246;
    private static final int FIELD_HEADER_BYTES = 4;
    private static final short VERSION_2_0 = 20;
    private static final short NAMES_ARE_UTF8 = 1 << 11;
    static final long LARGEST_FILE = 0xfffffffeL;
    private static final int MOST_ENTRIES = 0xfffe;

    private final OutputStream out;
    private final ByteArrayOutputStream table = new ByteArrayOutputStream();
    private long position;
    private int entries;

    StoredZipWriter(OutputStream out) {
        this.out = out;
    }

    void add(String name, byte[] content) throws IOException {
        byte[] rawName = name.getBytes(StandardCharsets.UTF_8);
        long unpadded = position + LOCAL_HEADER_BYTES + rawName.length + FIELD_HEADER_BYTES;
        int padding = (int) (-unpadded & ALIGNMENT - 1);
        long begin = unpadded + padding;
        if (begin + content.length > LARGEST_FILE || entries == MOST_ENTRIES) {
            throw new IllegalArgumentException("entry '" + name + "' would take the zip to " + (begin + content.length)
                    + " bytes and " + (entries + 1) + " entries; the most is " + LARGEST_FILE + " bytes and "
                    + MOST_ENTRIES + " entries: write safetensors instead");
        }
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ByteBuffer header = littleEndian(LOCAL_HEADER_BYTES + rawName.length + FIELD_HEADER_BYTES + padding);
        header.putInt(0x04034b50);
        facts(header, checksum, content.length, rawName.length);
        header.putShort((short) (FIELD_HEADER_BYTES + padding)).put(rawName);
        header.putShort(PADDING_FIELD).putShort((short) padding);
        out.write(header.array());
        out.write(content);

        ByteBuffer listing = littleEndian(CENTRAL_HEADER_BYTES + rawName.length);
        listing.putInt(0x02014b50).putShort(VERSION_2_0);
        facts(listing, checksum, content.length, rawName.length);
        // no extra field, no comment, first disk, no attributes
        listing.putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0);
        listing.putInt((int) position).put(rawName);
        table.writeBytes(listing.array());
        position = begin + content.length;
        entries++;
    }

    /** The table of contents; nothing can be added after it. */
    void finish() throws IOException {
        table.writeTo(out);
        ByteBuffer end = littleEndian(END_RECORD_BYTES);
        end.putInt(0x06054b50).putInt(0).putShort((short) entries).putShort((short) entries);
        end.putInt(table.size()).putInt((int) position).putShort((short) 0);
        out.write(end.array());
    }

    /** What both headers of an entry say. */
    private static void facts(ByteBuffer header, CRC32 checksum, int size, int nameLength) {
        // stored, without a time
        header.putShort(VERSION_2_0)
                .putShort(NAMES_ARE_UTF8)
                .putShort((short) 0)
                .putInt(0);
        header.putInt((int) checksum.getValue()).putInt(size).putInt(size).putShort((short) nameLength);
    }

    private static ByteBuffer littleEndian(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
