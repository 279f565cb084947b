package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layout of {@code torch.save} before PyTorch 1.6: five pickles (a magic number, the layout's version, facts about the
 * machine, the object, the keys of the storages), then each storage as its length in elements and its numbers, little endian.
 */
final class LegacyTorchFile {
    /** The first pickle's number, as its bytes stand in the file. */
    private static final byte[] MAGIC_BYTES = {
        (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
    };

    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;
    private static final int FRAME = 0x95;
    private static final int PROTOCOL_BYTES = 2;
    private static final int FRAME_BYTES = 9;

    private LegacyTorchFile() {}

    /** Whether a file that begins so is of this layout. */
    static boolean recognizes(byte[] start) {
        if (start.length < PROTOCOL_BYTES + 1 || start[0] != (byte) 0x80) {
            return false;
        }
        int number = Byte.toUnsignedInt(start[PROTOCOL_BYTES]) == FRAME ? PROTOCOL_BYTES + FRAME_BYTES : PROTOCOL_BYTES;
        return start.length >= number + MAGIC_BYTES.length
                && Arrays.equals(start, number, number + MAGIC_BYTES.length, MAGIC_BYTES, 0, MAGIC_BYTES.length);
    }

    /** @throws InvalidCheckpointException if the file is damaged, or asks for more than tensors and plain values */
    static TorchPickle read(ByteSource source) throws IOException {
        ByteBuffer start = ByteBuffer.wrap(source.read(0, (int) Math.min(source.size(), Unpickler.LONGEST)));
        requireHeader(start);
        Unpickler.Result object = Unpickler.read(start);
        Unpickler.Result keys = Unpickler.read(start);
        if (!(keys.value() instanceof Pickled.Listed listed)) {
            throw new InvalidCheckpointException(
                    "the legacy file has " + keys.value().kind() + " for the keys of its storages; expected a list");
        }
        Map<String, StoredZip.Entry> storages = located(source, start.position(), listed.items(), object.storages());
        return new TorchPickle(object, ByteOrder.LITTLE_ENDIAN, storages);
    }

    private static void requireHeader(ByteBuffer start) {
        Pickled magic = Unpickler.read(start).value();
        Pickled version = Unpickler.read(start).value();
        Pickled machine = Unpickler.read(start).value();
        if (!(magic instanceof Pickled.Huge number)
                || !number.value().equals(MAGIC)
                || !version.equals(new Pickled.Whole(VERSION))) {
            throw new InvalidCheckpointException("the legacy file begins with " + magic.kind() + " and "
                    + version.kind() + "; expected PyTorch's magic number and version " + VERSION);
        }
        if (!(machine instanceof Pickled.Mapping facts)
                || !new Pickled.Truth(true).equals(facts.entries().get(new Pickled.Text("little_endian")))) {
            throw new InvalidCheckpointException(
                    "the legacy file was not written on a little endian machine; load it there and save it again");
        }
    }

    private static Map<String, StoredZip.Entry> located(
            ByteSource source, long from, List<Pickled> keys, Map<String, Pickled.Storage> expected)
            throws IOException {
        Map<String, StoredZip.Entry> storages = new LinkedHashMap<>();
        long position = from;
        for (Pickled item : keys) {
            Pickled.Storage storage = item instanceof Pickled.Text text ? expected.get(text.value()) : null;
            if (storage == null) {
                throw new InvalidCheckpointException(
                        "the legacy file has a storage under " + item.kind() + ", which no tensor of it uses");
            }
            String key = storage.key();
            long elements = ByteBuffer.wrap(source.read(position, Long.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            position += Long.BYTES;
            long bytes = storage.elements() * storage.numbers().bytes();
            if (elements != storage.elements() || bytes > source.size() - position) {
                throw new InvalidCheckpointException("storage '" + excerpt(key) + "' has " + elements
                        + " elements and " + (source.size() - position) + " bytes after it; the pickle says "
                        + storage.elements() + " numbers of " + storage.numbers() + ": the file is damaged or cut off");
            }
            if (storages.put(key, new StoredZip.Entry(key, position, bytes, StoredZip.Entry.UNCHECKED)) != null) {
                throw new InvalidCheckpointException("storage '" + excerpt(key) + "' is in the legacy file twice");
            }
            position += bytes;
        }
        if (position != source.size()) {
            throw new InvalidCheckpointException("the legacy file goes on for " + (source.size() - position)
                    + " bytes after its last storage; it is damaged");
        }
        return storages;
    }
}
