package io.faultline.vision.network;

import io.faultline.json.FaultlineJson;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A safetensors file: named tensors and a map of strings. Eight bytes of header length (little endian), a JSON header
 * {@code {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {…}}}, then the tensors' bytes without a gap.
 *
 * <p>Reading trusts nothing: lengths, types, shapes and offsets are checked before memory is taken, and what does not fit is
 * an {@link InvalidCheckpointException}. Equal tensors in equal order give equal bytes.
 *
 * @param tensors in the order of the file
 */
public record Safetensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
    private static final String METADATA = "__metadata__";
    // the header of the largest network here takes 30 kB; a claim of more than this is no checkpoint
    private static final long LONGEST_HEADER = 8L << 20;
    private static final int ALIGNMENT = 8;
    private static final int LARGEST_RANK = 8;

    public Safetensors {
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The element types that are read and written. */
    public enum ElementType {
        F32(4),
        I64(8);

        private final int bytes;

        ElementType(int bytes) {
            this.bytes = bytes;
        }

        int bytes() {
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

        private static long size(ElementType type, List<Long> shape) {
            long size = type.bytes();
            for (long extent : shape) {
                if (extent < 0) {
                    throw new IllegalArgumentException("shape " + shape + " has a negative extent");
                }
                size = Math.multiplyExact(size, extent);
            }
            return size;
        }
    }

    /** Writes the file; the stream stays open. */
    public void writeTo(OutputStream out) throws IOException {
        Map<String, Object> header = new TreeMap<>();
        header.put(METADATA, metadata);
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            long end = offset + tensor.bytes().length;
            header.put(
                    entry.getKey(),
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
        for (Tensor tensor : tensors.values()) {
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
        try {
            long headerLength = ByteBuffer.wrap(exactly(in, Long.BYTES, "the header's length"))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            if (headerLength < 2 || headerLength > LONGEST_HEADER) {
                throw new InvalidCheckpointException("no safetensors file: it claims a header of " + headerLength
                        + " bytes; allowed: 2 to " + LONGEST_HEADER);
            }
            Header header = Header.parse(exactly(in, (int) headerLength, "the header"));
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Entry entry : header.entries()) {
                // readNBytes takes memory as bytes arrive, so that a false length cannot exhaust it
                byte[] bytes = exactly(in, entry.length(), "tensor '" + entry.name() + "'");
                tensors.put(entry.name(), new Tensor(entry.type(), entry.shape(), bytes));
            }
            if (in.read() >= 0) {
                throw new InvalidCheckpointException(
                        "the safetensors file goes on after its last tensor; it is damaged");
            }
            return new Safetensors(header.metadata(), tensors);
        } catch (EOFException e) {
            throw new InvalidCheckpointException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] exactly(InputStream in, int length, String what) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the safetensors file ends within " + what + ": " + bytes.length + " of " + length
                    + " bytes are there; it was cut off");
        }
        return bytes;
    }

    private static long roundUp(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private record Entry(String name, ElementType type, List<Long> shape, long begin, long end) {
        int length() {
            return (int) (end - begin);
        }
    }

    private record Header(Map<String, String> metadata, List<Entry> entries) {
        static Header parse(byte[] json) {
            Map<?, ?> root;
            try {
                root = FaultlineJson.read(json, Map.class);
            } catch (UncheckedIOException e) {
                throw new InvalidCheckpointException("the safetensors header is no JSON object", e);
            }
            if (root == null) {
                throw new InvalidCheckpointException("the safetensors header is null; expected a JSON object");
            }
            Map<String, String> metadata = new TreeMap<>();
            List<Entry> entries = new ArrayList<>();
            root.forEach((key, value) -> {
                if (key.equals(METADATA)) {
                    metadata.putAll(strings(value));
                } else {
                    entries.add(entry((String) key, value));
                }
            });
            entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
            long expected = 0;
            for (Entry entry : entries) {
                if (entry.begin() != expected) {
                    throw new InvalidCheckpointException("tensor '" + entry.name() + "' begins at " + entry.begin()
                            + "; expected " + expected + ", without a gap or an overlap");
                }
                expected = entry.end();
            }
            return new Header(metadata, entries);
        }

        private static Map<String, String> strings(Object value) {
            Map<String, String> strings = new TreeMap<>();
            if (!(value instanceof Map<?, ?> map)) {
                throw new InvalidCheckpointException("the safetensors metadata is " + value + "; expected an object");
            }
            map.forEach((key, text) -> {
                if (!(text instanceof String)) {
                    throw new InvalidCheckpointException(
                            "the safetensors metadata '" + key + "' is " + text + "; expected a string");
                }
                strings.put((String) key, (String) text);
            });
            return strings;
        }

        private static Entry entry(String name, Object value) {
            if (!(value instanceof Map<?, ?> fields)) {
                throw new InvalidCheckpointException("tensor '" + name + "' is " + value + "; expected an object");
            }
            ElementType type = Arrays.stream(ElementType.values())
                    .filter(known -> known.name().equals(fields.get("dtype")))
                    .findFirst()
                    .orElseThrow(() -> new InvalidCheckpointException("tensor '" + name + "' is of type "
                            + fields.get("dtype") + "; supported: " + Arrays.toString(ElementType.values())));
            List<Long> shape = naturals(name, "shape", fields.get("shape"));
            List<Long> offsets = naturals(name, "data_offsets", fields.get("data_offsets"));
            if (shape.size() > LARGEST_RANK || offsets.size() != 2) {
                throw new InvalidCheckpointException("tensor '" + name + "' has shape " + shape + " and offsets "
                        + offsets + "; expected at most " + LARGEST_RANK + " extents and two offsets");
            }
            long begin = offsets.get(0);
            long length = offsets.get(1) - begin;
            long expected;
            try {
                expected = Tensor.size(type, shape);
            } catch (ArithmeticException e) {
                throw new InvalidCheckpointException("tensor '" + name + "' is too large: shape " + shape, e);
            }
            if (length != expected || expected > Integer.MAX_VALUE - ALIGNMENT) {
                throw new InvalidCheckpointException("tensor '" + name + "' of " + type + " " + shape + " takes "
                        + length + " bytes; expected " + expected + ", at most " + (Integer.MAX_VALUE - ALIGNMENT));
            }
            return new Entry(name, type, shape, begin, offsets.get(1));
        }

        private static List<Long> naturals(String name, String field, Object value) {
            if (value instanceof List<?> list
                    && list.stream()
                            .allMatch(n ->
                                    (n instanceof Integer || n instanceof Long) && ((Number) n).longValue() >= 0)) {
                return list.stream().map(n -> ((Number) n).longValue()).toList();
            }
            throw new InvalidCheckpointException(
                    "tensor '" + name + "' has " + field + " " + value + "; expected whole numbers from 0");
        }
    }
}
