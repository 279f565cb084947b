package io.faultline.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A state dict on its way from a safetensors file to a file of PyTorch's, one tensor in memory at a time: the file to be written is
 * {@link TorchArchive#write}'s, and what is wrong with the one to be read is found before the first byte goes out.
 */
public final class TorchConversion {
    // beside its numbers, a tensor takes two headers, padding and its part of the pickle
    private static final long MOST_BESIDE_NUMBERS = 1_024;

    private final Path file;
    private final Safetensors.Beginning beginning;
    private final Map<String, TensorForm> forms = new LinkedHashMap<>();

    private TorchConversion(Path file, Safetensors.Beginning beginning) {
        this.file = file;
        this.beginning = beginning;
        beginning.header().entries().forEach(entry -> forms.put(entry.name(), entry.form()));
    }

    /**
     * Reads what the file holds, but no numbers.
     *
     * @throws InvalidCheckpointException if it is no safetensors file, or would not fit into the 4 GiB of a plain zip
     * @throws UncheckedIOException if the file cannot be read
     */
    public static TorchConversion of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Safetensors.Beginning beginning = Safetensors.beginning(in);
            long length = Files.size(file);
            if (length != beginning.fileLength()) {
                throw new InvalidCheckpointException("the safetensors file has " + length
                        + " bytes; its header tells of " + beginning.fileLength() + ": it is damaged");
            }
            TorchConversion conversion = new TorchConversion(file, beginning);
            long most = conversion.mostBytes();
            if (most > StoredZipWriter.LARGEST_FILE) {
                throw new InvalidCheckpointException(
                        "the weights may take " + most + " bytes as a file of PyTorch's; the most is "
                                + StoredZipWriter.LARGEST_FILE + ": take the safetensors file");
            }
            return conversion;
        } catch (EOFException e) {
            throw new InvalidCheckpointException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the safetensors file says of itself; a file of PyTorch's has no place for it. */
    public Map<String, String> metadata() {
        return Map.copyOf(beginning.header().metadata());
    }

    /**
     * Writes what {@code torch.load(file, weights_only=True)} reads: the same names in the same order. The stream stays open.
     *
     * @throws InvalidCheckpointException if a number has no place in the types of {@link Safetensors.ElementType}
     */
    public void writeTo(OutputStream out) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(beginning.bytes());
            Iterator<SafetensorsHeader.Entry> entries =
                    beginning.header().entries().iterator();
            TorchArchive.write(
                    forms,
                    name -> {
                        SafetensorsHeader.Entry entry = entries.next();
                        return entry.tensor(Safetensors.exactly(in, entry.length(), "tensor '" + name + "'"))
                                .bytes();
                    },
                    out);
        }
    }

    private long mostBytes() {
        return forms.entrySet().stream()
                .mapToLong(
                        entry -> entry.getValue().bytes() + 2L * entry.getKey().length() + MOST_BESIDE_NUMBERS)
                .sum();
    }
}
