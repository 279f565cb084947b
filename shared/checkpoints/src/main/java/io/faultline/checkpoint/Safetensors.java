package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import io.faultline.json.FaultlineJson;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A safetensors file: named tensors and a map of strings. Eight bytes of header length (little endian), a JSON header
 * {@code {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {…}}}, then the tensors' bytes without a gap.
 *
 * <p>Reading trusts nothing: lengths, types, shapes and offsets are checked before memory is taken, and what does not fit is
 * an {@link InvalidCheckpointException}; so is a name that comes twice. Numbers of other types are brought to the two types
 * of {@link ElementType} as {@link StoredNumbers} says. Equal tensors in equal order give equal bytes.
 *
 * @param tensors in the order of the file
 */
public record Safetensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
    static final String METADATA = "__metadata__";
    // the header of the largest network here takes 30 kB; a claim of more than this is no checkpoint
    private static final long LONGEST_HEADER = 8L << 20;
    private static final int ALIGNMENT = 8;
    private static final int BLOCK = 1 << 20;
    private static final long UNKNOWN = -1;
    static final int LARGEST_RANK = 8;

    public Safetensors {
        if (tensors.containsKey(METADATA)) {
            throw new IllegalArgumentException(
                    "a tensor is named " + METADATA + ", the one name that safetensors keeps for itself; rename it");
        }
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The element types that a tensor has in memory and in files of ours; {@link StoredNumbers} are brought to these. */
    public enum ElementType {
        F32(4),
        I64(8);

        private final int bytes;

        ElementType(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes that one number takes. */
        public int bytes() {
            return bytes;
        }
    }

    /**
     * One tensor.
     *
     * @param shape empty for a scalar
     * @param bytes little endian, row by row; not copied
     */
    public record Tensor(ElementType type, List<Long> shape, byte[] bytes) {
        public Tensor {
            shape = List.copyOf(shape);
            if (bytes.length != size(type, shape)) {
                throw new IllegalArgumentException("tensor of " + type + " " + shape + " has " + bytes.length
                        + " bytes; expected " + size(type, shape));
            }
        }

        /** A float32 tensor. */
        public static Tensor of(float[] values, List<Long> shape) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return new Tensor(ElementType.F32, shape, bytes.array());
        }

        /** An int64 tensor. */
        public static Tensor of(long[] values, List<Long> shape) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(values);
            return new Tensor(ElementType.I64, shape, bytes.array());
        }

        /** @throws InvalidCheckpointException unless this is a float32 tensor */
        public float[] floats() {
            if (type != ElementType.F32) {
                throw new InvalidCheckpointException("a tensor is of " + type + "; expected F32");
            }
            float[] values = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            return values;
        }

        /** @throws InvalidCheckpointException unless this is an int64 tensor */
        public long[] longs() {
            if (type != ElementType.I64) {
                throw new InvalidCheckpointException("a tensor is of " + type + "; expected I64");
            }
            long[] values = new long[bytes.length / Long.BYTES];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
            return values;
        }

        TensorForm form() {
            return new TensorForm(type, shape);
        }

        private static long size(ElementType type, List<Long> shape) {
            return size(type.bytes(), shape);
        }

        /** @throws ArithmeticException if the product overflows */
        static long size(int elementBytes, List<Long> shape) {
            long size = elementBytes;
            for (long extent : shape) {
                if (extent < 0) {
                    throw new IllegalArgumentException("shape " + shape + " has a negative extent");
                }
                size = Math.multiplyExact(size, extent);
            }
            return size;
        }
    }

    /**
     * A tensor that is yet to be written.
     *
     * @param shape empty for a scalar
     */
    public record Declared(String name, ElementType type, List<Long> shape) {
        public Declared {
            shape = List.copyOf(shape);
        }
    }

    /** Writes the file; the stream stays open. */
    public void writeTo(OutputStream out) throws IOException {
        List<Declared> declared = tensors.entrySet().stream()
                .map(entry -> new Declared(
                        entry.getKey(),
                        entry.getValue().type(),
                        entry.getValue().shape()))
                .toList();
        writeEach(out, metadata, declared, tensors::get);
    }

    /**
     * Writes a file whose tensors are asked for one after another, so that they need not be in memory at the same time; the stream
     * stays open.
     *
     * @param source gives each declared tensor, in this order
     * @throws IllegalArgumentException if it gives one of another type or shape
     */
    public static void writeEach(
            OutputStream out, Map<String, String> metadata, List<Declared> declared, Function<String, Tensor> source)
            throws IOException {
        Map<String, Object> header = new TreeMap<>();
        header.put(METADATA, metadata);
        long offset = 0;
        for (Declared tensor : declared) {
            long end = offset + Tensor.size(tensor.type(), tensor.shape());
            header.put(
                    tensor.name(),
                    Map.of(
                            "dtype",
                            tensor.type().name(),
                            "shape",
                            tensor.shape(),
                            "data_offsets",
                            List.of(offset, end)));
            offset = end;
        }
        byte[] json = FaultlineJson.canonicalBytes(header);
        byte[] padded = Arrays.copyOf(json, Math.toIntExact(roundUp(json.length)));
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length)
                .array());
        out.write(padded);
        for (Declared expected : declared) {
            Tensor tensor = source.apply(expected.name());
            if (tensor.type() != expected.type() || !tensor.shape().equals(expected.shape())) {
                throw new IllegalArgumentException("tensor '" + expected.name() + "' is " + tensor.type() + " "
                        + tensor.shape() + "; declared was " + expected.type() + " " + expected.shape());
            }
            out.write(tensor.bytes());
        }
    }

    /**
     * Reads a whole file; the stream stays open.
     *
     * @throws InvalidCheckpointException if the bytes are not exactly one safetensors file
     * @throws UncheckedIOException if the stream cannot be read
     */
    public static Safetensors read(InputStream in) {
        return read(in, UNKNOWN);
    }

    /**
     * Reads a whole file from the disk, each tensor straight into its own memory.
     *
     * @throws InvalidCheckpointException if the bytes are not exactly one safetensors file
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Safetensors read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a whole file whose length is known; where its header agrees with that, each tensor goes straight into its own
     * memory. The stream stays open.
     *
     * @throws InvalidCheckpointException if the bytes are not exactly one safetensors file
     * @throws UncheckedIOException if the stream cannot be read
     */
    public static Safetensors read(InputStream in, long fileLength) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        return new Safetensors(readEach(in, fileLength, tensors::put), tensors);
    }

    /**
     * Reads a whole file and hands over its tensors one after another, so that they need not be in memory at the same time; the stream
     * stays open.
     *
     * @param sink hears of each tensor in the order of the file; a fault behind it is found only after that
     * @return the metadata
     * @throws InvalidCheckpointException if the bytes are not exactly one safetensors file
     * @throws UncheckedIOException if the stream cannot be read
     */
    public static Map<String, String> readEach(InputStream in, BiConsumer<String, Tensor> sink) {
        return readEach(in, UNKNOWN, sink);
    }

    private static Map<String, String> readEach(InputStream in, long fileLength, BiConsumer<String, Tensor> sink) {
        try {
            Beginning beginning = beginning(in);
            SafetensorsHeader header = beginning.header();
            boolean lengthIsProven = fileLength == beginning.fileLength();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                String what = "tensor '" + excerpt(entry.name()) + "'";
                // where the length is only claimed, readNBytes takes memory as bytes arrive: a lie cannot exhaust it
                byte[] bytes = lengthIsProven ? filled(in, entry.length(), what) : exactly(in, entry.length(), what);
                sink.accept(entry.name(), entry.tensor(bytes));
            }
            if (in.read() >= 0) {
                throw new InvalidCheckpointException(
                        "the safetensors file goes on after its last tensor; it is damaged");
            }
            return header.metadata();
        } catch (EOFException e) {
            throw new InvalidCheckpointException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a file begins with.
     *
     * @param bytes up to the first tensor
     */
    record Beginning(SafetensorsHeader header, long bytes) {
        long fileLength() {
            return bytes + header.dataLength();
        }
    }

    /** Reads up to the first tensor. */
    static Beginning beginning(InputStream in) throws IOException {
        long headerLength = ByteBuffer.wrap(exactly(in, Long.BYTES, "the header's length"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (headerLength < 2 || headerLength > LONGEST_HEADER) {
            throw new InvalidCheckpointException("no safetensors file: it claims a header of " + headerLength
                    + " bytes; allowed: 2 to " + LONGEST_HEADER);
        }
        SafetensorsHeader header = SafetensorsHeader.parse(exactly(in, (int) headerLength, "the header"));
        return new Beginning(header, Long.BYTES + headerLength);
    }

    static byte[] exactly(InputStream in, int length, String what) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw cutOff(what, bytes.length, length);
        }
        return bytes;
    }

    private static byte[] filled(InputStream in, int length, String what) throws IOException {
        byte[] bytes = new byte[length];
        // in blocks: the JDK takes native memory for as much as it is asked for at once, and keeps it
        for (int done = 0; done < length; ) {
            int block = Math.min(BLOCK, length - done);
            int read = in.readNBytes(bytes, done, block);
            done += read;
            if (read < block) {
                throw cutOff(what, done, length);
            }
        }
        return bytes;
    }

    private static EOFException cutOff(String what, int read, int length) {
        return new EOFException("the safetensors file ends within " + what + ": " + read + " of " + length
                + " bytes are there; it was cut off");
    }

    private static long roundUp(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
