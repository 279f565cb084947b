package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import java.nio.ByteOrder;
import java.util.Map;

/**
 * What {@code torch.save} wrote: an object, and where in the file the numbers of its tensors lie. Every storage that the object
 * uses is there, in the length that the object says.
 *
 * @param storages by key
 */
record TorchPickle(Pickled root, ByteOrder order, Map<String, StoredZip.Entry> storages) {
    /** @throws InvalidCheckpointException if a storage is missing or of another length */
    TorchPickle(Unpickler.Result pickle, ByteOrder order, Map<String, StoredZip.Entry> storages) {
        this(pickle.value(), order, Map.copyOf(storages));
        pickle.storages().forEach((key, storage) -> {
            StoredZip.Entry found = storages.get(key);
            if (found == null) {
                throw new InvalidCheckpointException(
                        "storage '" + excerpt(key) + "' is named by the pickle but not in the file");
            }
            long expected = storage.elements() * storage.numbers().bytes();
            if (found.size() != expected) {
                throw new InvalidCheckpointException("storage '" + excerpt(key) + "' has " + found.size()
                        + " bytes; the pickle says " + storage.elements() + " numbers of " + storage.numbers()
                        + ", which take " + expected);
            }
        });
    }
}
