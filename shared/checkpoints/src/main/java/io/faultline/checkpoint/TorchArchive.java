package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The layout of {@code torch.save} since PyTorch 1.6: a zip of stored entries under one folder, {@code data.pkl} with the
 * object, {@code data/0}, {@code data/1}, … with the numbers of its tensors, {@code byteorder} and {@code version}.
 */
public final class TorchArchive {
    private static final String FOLDER = "archive";
    private static final String PICKLE = "data.pkl";
    private static final String BYTE_ORDER = "byteorder";
    private static final String STORAGES = "data/";
    private static final String VERSION = "version";
    // what PyTorch writes since 1.6; a reader refuses what is newer than itself
    private static final String LAYOUT_VERSION = "3\n";

    private TorchArchive() {}

    /**
     * Writes a state dict as plain PyTorch reads it: {@code torch.load(file, weights_only=True)} gives an {@code OrderedDict}
     * of these names in this order, with tensors of these numbers. The same tensors give the same bytes; the stream stays
     * open.
     *
     * @throws IllegalArgumentException if it would not fit into the 4 GiB of a plain zip; write safetensors instead
     */
    public static void write(Map<String, Safetensors.Tensor> tensors, OutputStream out) throws IOException {
        Map<String, TensorForm> forms = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> forms.put(name, tensor.form()));
        write(forms, name -> tensors.get(name).bytes(), out);
    }

    /** Where the numbers of a tensor come from when they are written. */
    interface Numbers {
        byte[] of(String name) throws IOException;
    }

    /** Writes tensors whose numbers are asked for one after the other, in their order. */
    static void write(Map<String, TensorForm> forms, Numbers numbers, OutputStream out) throws IOException {
        StoredZipWriter zip = new StoredZipWriter(out);
        add(zip, PICKLE, StateDictPickle.of(forms));
        add(zip, BYTE_ORDER, "little".getBytes(StandardCharsets.US_ASCII));
        int storage = 0;
        for (String name : forms.keySet()) {
            add(zip, STORAGES + storage++, numbers.of(name));
        }
        add(zip, VERSION, LAYOUT_VERSION.getBytes(StandardCharsets.US_ASCII));
        zip.finish();
    }

    private static void add(StoredZipWriter zip, String name, byte[] content) throws IOException {
        zip.add(FOLDER + "/" + name, content);
    }

    /** @throws InvalidCheckpointException if the file is damaged, or asks for more than tensors and plain values */
    static TorchPickle read(ByteSource source) throws IOException {
        Map<String, StoredZip.Entry> entries = withoutFolder(
                StoredZip.read(source, TorchArchive::refuseForeign).entries());
        StoredZip.Entry pickle = entries.get(PICKLE);
        if (pickle == null || pickle.size() > Unpickler.LONGEST) {
            throw new InvalidCheckpointException(
                    pickle == null
                            ? "the zip has no " + PICKLE + "; expected a file that torch.save wrote"
                            : PICKLE + " has " + pickle.size() + " bytes; the most is " + Unpickler.LONGEST);
        }
        pickle.verify(source);
        ByteBuffer program = ByteBuffer.wrap(source.read(pickle.position(), (int) pickle.size()));
        Unpickler.Result object = Unpickler.read(program);
        if (program.hasRemaining()) {
            throw new InvalidCheckpointException(
                    PICKLE + " goes on for " + program.remaining() + " bytes after its end; it is damaged");
        }
        Map<String, StoredZip.Entry> storages = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (name.startsWith(STORAGES)) {
                storages.put(name.substring(STORAGES.length()), entry);
            }
        });
        return new TorchPickle(object, byteOrder(source, entries.get(BYTE_ORDER)), storages);
    }

    /** Archives of other kinds are called by their name, before it is found out that they do not fit. */
    private static void refuseForeign(Set<String> names) {
        if (names.stream().anyMatch(name -> name.endsWith(".npy"))) {
            throw new InvalidCheckpointException("the file is a NumPy archive (.npz), no PyTorch checkpoint");
        }
        if (names.stream().anyMatch(name -> name.endsWith("/constants.pkl") || name.contains("/code/"))) {
            throw new InvalidCheckpointException("the file is a TorchScript archive, a program and not weights alone;"
                    + " load it in Python with torch.jit.load and save its state_dict()");
        }
        if (names.stream().anyMatch(name -> name.endsWith("/archive_format"))) {
            throw new InvalidCheckpointException("the file is an archive of torch.export, a program and not weights"
                    + " alone; load it in Python with torch.export.load and save its state_dict");
        }
    }

    private static Map<String, StoredZip.Entry> withoutFolder(Map<String, StoredZip.Entry> entries) {
        Map<String, StoredZip.Entry> inside = new LinkedHashMap<>();
        String folder = entries.keySet().stream()
                .findFirst()
                .map(name -> name.substring(0, name.indexOf('/') + 1))
                .orElse("");
        entries.forEach((name, entry) -> {
            if (folder.isEmpty() || !name.startsWith(folder)) {
                throw new InvalidCheckpointException("the zip has an entry '" + excerpt(name)
                        + "'; a file that torch.save wrote has all of them in one folder");
            }
            inside.put(name.substring(folder.length()), entry);
        });
        return inside;
    }

    private static ByteOrder byteOrder(ByteSource source, StoredZip.Entry entry) throws IOException {
        if (entry == null) {
            // the entry came with PyTorch 2.1; before, files were taken to be little endian
            return ByteOrder.LITTLE_ENDIAN;
        }
        String order = entry.size() > 8
                ? ""
                : new String(source.read(entry.position(), (int) entry.size()), StandardCharsets.US_ASCII);
        return switch (order) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                throw new InvalidCheckpointException(
                        "the byte order is '" + excerpt(order) + "'; expected 'little' or 'big'");
        };
    }
}
