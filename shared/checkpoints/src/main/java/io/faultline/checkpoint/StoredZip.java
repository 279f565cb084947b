package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * The table of contents of a zip file whose entries are stored as they are, the only kind that PyTorch writes (PKWARE
 * APPNOTE 6.3.10, Sec. 4.3).
 *
 * <p>Nothing is unpacked, so nothing can swell: a compressed entry is refused. What the table says must be what the entries'
 * own headers say, entries may not overlap, their names are plain relative paths that come once, and the file ends with its
 * end record.
 *
 * @param entries by name, in the order of the table
 */
record StoredZip(Map<String, Entry> entries) {
    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int CENTRAL_HEADER = 0x02014b50;
    private static final int END_RECORD = 0x06054b50;
    private static final int END_RECORD_64 = 0x06064b50;
    private static final int END_LOCATOR_64 = 0x07064b50;
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int CENTRAL_HEADER_BYTES = 46;
    private static final int END_RECORD_BYTES = 22;
    private static final int END_RECORD_64_BYTES = 56;
    private static final int END_LOCATOR_64_BYTES = 20;
    private static final int SIZES_FOLLOW = 1 << 3;
    private static final int NAMES_ARE_UTF8 = 1 << 11;
    private static final long SEE_ZIP64 = 0xffffffffL;
    // a network of 10,000 tensors has a table of 1 MB
    private static final int LARGEST_TABLE = 16 << 20;

    /**
     * @param position of the entry's first byte
     * @param checksum CRC-32 of its bytes, or {@link #UNCHECKED}
     */
    record Entry(String name, long position, long size, long checksum) {
        /** PyTorch can be told to leave the checksums out; it then writes zeros. */
        static final long UNCHECKED = -1;

        /** @throws InvalidCheckpointException if the bytes are not those that the checksum was made of */
        void verify(ByteSource source) throws IOException {
            if (checksum == UNCHECKED) {
                return;
            }
            CRC32 actual = new CRC32();
            byte[] block = new byte[(int) Math.min(ByteSource.BLOCK, size)];
            for (long done = 0; done < size; done += block.length) {
                if (size - done < block.length) {
                    block = new byte[(int) (size - done)];
                }
                source.read(position + done, block);
                actual.update(block);
            }
            if (actual.getValue() != checksum) {
                throw new InvalidCheckpointException("entry '" + excerpt(name) + "' has the checksum "
                        + Long.toHexString(actual.getValue()) + ", expected " + Long.toHexString(checksum)
                        + "; the file is damaged, fetch it again");
            }
        }
    }

    /** What the table says of an entry. */
    private record Listing(
            String name, byte[] rawName, int flags, int method, long header, long packed, long size, long checksum) {
        void requireStored() {
            if ((flags & ~(SIZES_FOLLOW | NAMES_ARE_UTF8)) != 0) {
                throw new InvalidCheckpointException("entry '" + excerpt(name) + "' has the flags 0x"
                        + Integer.toHexString(flags) + ": encrypted and patched entries are not read");
            }
            if (method != 0) {
                throw new InvalidCheckpointException("entry '" + excerpt(name) + "' is compressed (method " + method
                        + "); PyTorch stores entries as they are: load the file in PyTorch and save it again");
            }
            if (packed != size || size == SEE_ZIP64 || header == SEE_ZIP64) {
                throw new InvalidCheckpointException("entry '" + excerpt(name) + "' at " + header + " has " + packed
                        + " bytes in the zip and " + size + " outside; expected the same, below 4 GiB");
            }
        }
    }

    /**
     * Reads the table of contents and the entries' own headers.
     *
     * @param expected looks at the names first and may refuse them, so that a zip of another kind is called by its name
     */
    static StoredZip read(ByteSource source, Consumer<Set<String>> expected) throws IOException {
        if (source.size() < END_RECORD_BYTES) {
            throw cutOff();
        }
        long end = source.size() - END_RECORD_BYTES;
        ByteBuffer record = littleEndian(source.read(end, END_RECORD_BYTES));
        if (record.getInt(0) != END_RECORD || record.getShort(20) != 0) {
            throw cutOff();
        }
        int count = Short.toUnsignedInt(record.getShort(10));
        long tableSize = Integer.toUnsignedLong(record.getInt(12));
        long table = Integer.toUnsignedLong(record.getInt(16));
        if (record.getInt(4) != 0 || Short.toUnsignedInt(record.getShort(8)) != count) {
            throw new InvalidCheckpointException("the zip is one part of several; expected it whole");
        }
        if (count == 0xffff || tableSize == SEE_ZIP64 || table == SEE_ZIP64) {
            throw new InvalidCheckpointException("the zip is larger than 4 GiB or has more than 65534 entries; save"
                    + " the network's state_dict() alone, or as safetensors");
        }
        if (table + tableSize != end && !(table + tableSize == beforeZip64(source, end, count, tableSize, table))) {
            throw new InvalidCheckpointException("the zip's table of contents of " + tableSize + " bytes from " + table
                    + " on does not end at its end record at " + end);
        }
        if (tableSize > LARGEST_TABLE) {
            throw new InvalidCheckpointException(
                    "the zip's table of contents has " + tableSize + " bytes; the most is " + LARGEST_TABLE);
        }
        List<Listing> listings = listings(littleEndian(source.read(table, (int) tableSize)), count);
        Set<String> names = new LinkedHashSet<>();
        listings.forEach(listing -> names.add(listing.name()));
        if (names.size() < listings.size()) {
            throw new InvalidCheckpointException("the zip has two entries of one name");
        }
        expected.accept(names);
        return new StoredZip(located(source, listings, table));
    }

    /** Where the records of a zip64 begin that PyTorch writes even for small files; they must say the same again. */
    private static long beforeZip64(ByteSource source, long end, int count, long tableSize, long table)
            throws IOException {
        long start = end - END_LOCATOR_64_BYTES - END_RECORD_64_BYTES;
        if (start < 0) {
            return -1;
        }
        ByteBuffer both = littleEndian(source.read(start, END_RECORD_64_BYTES + END_LOCATOR_64_BYTES));
        boolean agrees = both.getInt(0) == END_RECORD_64
                && both.getLong(4) == END_RECORD_64_BYTES - 12
                && both.getLong(32) == count
                && both.getLong(40) == tableSize
                && both.getLong(48) == table
                && both.getInt(END_RECORD_64_BYTES) == END_LOCATOR_64
                && both.getLong(END_RECORD_64_BYTES + 8) == start;
        return agrees ? start : -1;
    }

    private static List<Listing> listings(ByteBuffer table, int count) {
        List<Listing> listings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = table.position();
            if (table.remaining() < CENTRAL_HEADER_BYTES || table.getInt(at) != CENTRAL_HEADER) {
                throw new InvalidCheckpointException(
                        "the zip's table of contents ends after " + i + " of " + count + " entries");
            }
            int nameLength = Short.toUnsignedInt(table.getShort(at + 28));
            int rest = Short.toUnsignedInt(table.getShort(at + 30)) + Short.toUnsignedInt(table.getShort(at + 32));
            if (table.remaining() < CENTRAL_HEADER_BYTES + nameLength + rest) {
                throw new InvalidCheckpointException("the zip's table of contents ends within entry " + i);
            }
            byte[] rawName = new byte[nameLength];
            table.position(at + CENTRAL_HEADER_BYTES).get(rawName);
            table.position(table.position() + rest);
            String name = name(rawName);
            int flags = Short.toUnsignedInt(table.getShort(at + 8));
            int method = Short.toUnsignedInt(table.getShort(at + 10));
            long packed = Integer.toUnsignedLong(table.getInt(at + 20));
            long size = Integer.toUnsignedLong(table.getInt(at + 24));
            long header = Integer.toUnsignedLong(table.getInt(at + 42));
            long checksum = Integer.toUnsignedLong(table.getInt(at + 16));
            listings.add(new Listing(name, rawName, flags, method, header, packed, size, checksum));
        }
        if (table.hasRemaining()) {
            throw new InvalidCheckpointException("the zip's table of contents goes on after its " + count + " entries");
        }
        return listings;
    }

    private static Map<String, Entry> located(ByteSource source, List<Listing> listings, long table)
            throws IOException {
        boolean checked = listings.stream().anyMatch(listing -> listing.checksum() != 0);
        List<Listing> inFile = new ArrayList<>(listings);
        inFile.sort(Comparator.comparingLong(Listing::header));
        Map<String, Entry> byName = new LinkedHashMap<>();
        listings.forEach(listing -> byName.put(listing.name(), null));
        for (int i = 0; i < inFile.size(); i++) {
            Listing listing = inFile.get(i);
            listing.requireStored();
            long limit = i + 1 < inFile.size() ? inFile.get(i + 1).header() : table;
            long position = position(source, listing, limit);
            if (position > limit - listing.size()) {
                throw new InvalidCheckpointException("entry '" + excerpt(listing.name()) + "' of " + listing.size()
                        + " bytes from " + position + " on runs into what begins at " + limit);
            }
            long checksum = checked ? listing.checksum() : Entry.UNCHECKED;
            byName.put(listing.name(), new Entry(listing.name(), position, listing.size(), checksum));
        }
        return byName;
    }

    private static long position(ByteSource source, Listing listing, long limit) throws IOException {
        String entry = "entry '" + excerpt(listing.name()) + "'";
        int nameLength = listing.rawName().length;
        if (listing.header() > limit - LOCAL_HEADER_BYTES - nameLength) {
            throw new InvalidCheckpointException(
                    entry + " at " + listing.header() + " overlaps what follows at " + limit);
        }
        ByteBuffer header = littleEndian(source.read(listing.header(), LOCAL_HEADER_BYTES + nameLength));
        byte[] name = Arrays.copyOfRange(header.array(), LOCAL_HEADER_BYTES, LOCAL_HEADER_BYTES + nameLength);
        long size = Integer.toUnsignedLong(header.getInt(22));
        boolean sizesFollow = (listing.flags() & SIZES_FOLLOW) != 0;
        boolean agrees = header.getInt(0) == LOCAL_HEADER
                && Short.toUnsignedInt(header.getShort(6)) == listing.flags()
                && header.getShort(8) == 0
                && Short.toUnsignedInt(header.getShort(26)) == nameLength
                && Arrays.equals(name, listing.rawName())
                // where the sizes follow the bytes, the header says zero, or has them in a zip64 field
                && (size == listing.size() || sizesFollow && (size == 0 || size == SEE_ZIP64));
        if (!agrees) {
            throw new InvalidCheckpointException(
                    entry + " has a header that differs from the zip's table of contents; the file is damaged");
        }
        return listing.header() + LOCAL_HEADER_BYTES + nameLength + Short.toUnsignedInt(header.getShort(28));
    }

    private static String name(byte[] raw) {
        String name;
        try {
            name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidCheckpointException("the zip has an entry whose name is not UTF-8", e);
        }
        boolean odd = name.chars().anyMatch(Character::isISOControl)
                || name.indexOf('\\') >= 0
                || Arrays.stream(name.split("/", -1)).anyMatch(part -> part.isEmpty() || part.matches("\\.\\.?"));
        if (odd) {
            throw new InvalidCheckpointException(
                    "the zip has an entry '" + excerpt(name) + "'; expected plain relative paths of files");
        }
        return name;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static InvalidCheckpointException cutOff() {
        return new InvalidCheckpointException(
                "the zip does not end with its end record: it was cut off, or something was added to it");
    }
}
