package io.faultline.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A checkpoint from outside: a network's tensors by their PyTorch names, whatever file they came in.
 *
 * <p>Read are safetensors and the state dicts that {@code torch.save} writes, in the zip layout and the one before PyTorch 1.6.
 * A {@code .pth} file is a Python program by nature; here it is never run. A restricted machine builds tensors and plain values
 * only and refuses the rest, so that a file from a stranger can do no more than be refused ({@link InvalidCheckpointException},
 * which says what was found and what to do). Memory stays in proportion to the file: each tensor is read from its place, and
 * those of other state dicts, such as an optimiser's, are not read at all.
 *
 * <p>Fractions of every width come as float32, whole numbers as int64; see
 * {@link StoredNumbers}.
 *
 * @param tensors under the network's own names, in the order of the file
 * @param metadata single values from beside the weights as text: {@code epoch}, {@code acc}; claims, not facts
 */
public record CheckpointFile(
        Map<String, Safetensors.Tensor> tensors, Map<String, String> metadata, CheckpointLayout layout) {
    public CheckpointFile {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /**
     * Reads the one state dict of a file: its top level, or what lies under {@code net}, {@code model}, {@code state_dict},
     * {@code model_state_dict}, {@code model_state} or {@code params}.
     *
     * @throws InvalidCheckpointException if the file is no such checkpoint, is damaged, asks for more than tensors, or holds
     *     several state dicts; the message lists them
     * @throws UncheckedIOException if the file cannot be read
     */
    public static CheckpointFile read(Path file) {
        return open(file, StateDictChoice::usual, "");
    }

    /**
     * Reads the state dict of a given path, such as {@code ema} or {@code state.model}; the empty path is the top level.
     *
     * @throws InvalidCheckpointException as {@link #read(Path)}, and if the file has no such state dict
     * @throws UncheckedIOException if the file cannot be read
     */
    public static CheckpointFile read(Path file, String stateDict) {
        return open(file, root -> StateDictChoice.named(root, stateDict), stateDict);
    }

    /** As {@link #read(Path)}, of a file that is in memory. */
    public static CheckpointFile read(byte[] file) {
        return of(ByteSource.of(file), StateDictChoice::usual, "");
    }

    /** As {@link #read(Path, String)}, of a file that is in memory. */
    public static CheckpointFile read(byte[] file, String stateDict) {
        return of(ByteSource.of(file), root -> StateDictChoice.named(root, stateDict), stateDict);
    }

    private static CheckpointFile open(Path file, Function<Pickled, StateDictChoice> choice, String stateDict) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return of(ByteSource.of(channel), choice, stateDict);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CheckpointFile of(ByteSource source, Function<Pickled, StateDictChoice> choice, String stateDict) {
        try {
            CheckpointFormat format = CheckpointFormat.of(source);
            return switch (format) {
                case SAFETENSORS -> safetensors(source, stateDict);
                case TORCH_ARCHIVE -> torch(format, source, TorchArchive.read(source), choice);
                case TORCH_LEGACY -> torch(format, source, LegacyTorchFile.read(source), choice);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CheckpointFile safetensors(ByteSource source, String stateDict) throws IOException {
        if (!stateDict.isEmpty()) {
            throw new InvalidCheckpointException("a safetensors file holds one state dict without a name; asked for '"
                    + InvalidCheckpointException.excerpt(stateDict) + "'");
        }
        Safetensors file = Safetensors.read(source.stream(), source.size());
        PlainNames names = PlainNames.of(file.tensors());
        CheckpointLayout layout = new CheckpointLayout(
                CheckpointFormat.SAFETENSORS, "", names.prefixes(), names.normalization(), List.of());
        return new CheckpointFile(names.tensors(), file.metadata(), layout);
    }

    private static CheckpointFile torch(
            CheckpointFormat format, ByteSource source, TorchPickle pickle, Function<Pickled, StateDictChoice> choice)
            throws IOException {
        StateDictChoice chosen = choice.apply(pickle.root());
        TensorReader reader = new TensorReader(source, pickle);
        Map<String, Safetensors.Tensor> stateDict = new LinkedHashMap<>();
        for (Map.Entry<String, TensorView> entry : chosen.views().entrySet()) {
            try {
                stateDict.put(entry.getKey(), reader.read(entry.getValue()));
            } catch (InvalidCheckpointException e) {
                throw new InvalidCheckpointException(
                        "tensor '" + InvalidCheckpointException.excerpt(entry.getKey()) + "': " + e.getMessage(), e);
            }
        }
        PlainNames names = PlainNames.of(stateDict);
        CheckpointLayout layout = new CheckpointLayout(
                format, chosen.path(), names.prefixes(), names.normalization(), new ArrayList<>(chosen.ignored()));
        return new CheckpointFile(names.tensors(), chosen.facts(), layout);
    }
}
