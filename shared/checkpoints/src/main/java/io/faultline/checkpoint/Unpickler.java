package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pickle machine that builds {@link Pickled} values and nothing else (Python's {@code pickletools}, protocols 2 to 5).
 *
 * <p>A pickle is a program: it may name any Python function and have it called. This machine calls nothing and makes no object
 * of a class that the pickle names. It knows the few names of {@link AllowedGlobal} and what a call of each would give; any
 * other name, any call of something else, and every opcode that no state dict needs ends the reading.
 *
 * <p>A pickle is refused that takes more than {@value #MOST_STEPS} steps; as each step makes a small value at most, memory
 * stays in proportion to the file.
 */
final class Unpickler {
    /** The longest pickle that is read; that of a network of 10,000 tensors has 2 MB. */
    static final int LONGEST = 16 << 20;

    static final int MOST_STEPS = 1_000_000;
    private static final int MOST_BYTES_OF_A_NUMBER = 16;
    private static final int OLDEST_PROTOCOL = 2;
    private static final int NEWEST_PROTOCOL = 5;
    private static final int PROTO = 0x80;
    private static final int STOP = '.';
    // names of what is refused, so that the message can say it
    private static final Map<Integer, String> REFUSED = Map.ofEntries(
            Map.entry((int) 'i', "INST"),
            Map.entry((int) 'o', "OBJ"),
            Map.entry(0x81, "NEWOBJ"),
            Map.entry(0x92, "NEWOBJ_EX"),
            Map.entry(0x82, "EXT1"),
            Map.entry(0x83, "EXT2"),
            Map.entry(0x84, "EXT4"),
            Map.entry((int) 'P', "PERSID"),
            Map.entry(0x8f, "EMPTY_SET"),
            Map.entry(0x90, "ADDITEMS"),
            Map.entry(0x91, "FROZENSET"),
            Map.entry(0x96, "BYTEARRAY8"),
            Map.entry(0x97, "NEXT_BUFFER"),
            Map.entry(0x98, "READONLY_BUFFER"));
    private static final Map<String, StoredNumbers> NUMPY_TYPES = Map.of(
            "f8", StoredNumbers.F64,
            "f4", StoredNumbers.F32,
            "f2", StoredNumbers.F16,
            "i8", StoredNumbers.I64,
            "i4", StoredNumbers.I32,
            "i2", StoredNumbers.I16,
            "i1", StoredNumbers.I8,
            "u1", StoredNumbers.U8,
            "b1", StoredNumbers.BOOL);

    private final ByteBuffer pickle;
    private final List<Pickled> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Long, Pickled> memo = new HashMap<>();
    private final Map<String, Pickled.Storage> storages = new LinkedHashMap<>();

    private Unpickler(ByteBuffer pickle) {
        this.pickle = pickle;
    }

    /**
     * What a pickle said.
     *
     * @param storages that its tensors use, by key
     */
    record Result(Pickled value, Map<String, Pickled.Storage> storages) {}

    /**
     * Reads one pickle and leaves the buffer behind its end.
     *
     * @throws InvalidCheckpointException if it is damaged, or asks for more than tensors and plain values
     */
    static Result read(ByteBuffer pickle) {
        Unpickler machine = new Unpickler(pickle.order(ByteOrder.LITTLE_ENDIAN));
        Pickled value = machine.run();
        return new Result(value, Collections.unmodifiableMap(machine.storages));
    }

    private Pickled run() {
        if (next() != PROTO) {
            throw new InvalidCheckpointException(
                    "the pickle names no protocol; allowed: protocols " + OLDEST_PROTOCOL + " to " + NEWEST_PROTOCOL);
        }
        protocol();
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            int opcode = next();
            if (opcode == STOP) {
                Pickled value = pop();
                if (!stack.isEmpty() || !marks.isEmpty()) {
                    throw new InvalidCheckpointException("the pickle stops with " + stack.size() + " values and "
                            + marks.size() + " marks left over; it is damaged");
                }
                return value;
            }
            step(opcode);
        }
        throw new InvalidCheckpointException(
                "the pickle takes more than " + MOST_STEPS + " steps; save the network's" + " state_dict() alone");
    }

    private void step(int opcode) {
        switch (opcode) {
            case PROTO -> protocol();
            case 0x95 -> frame();
            case '(' -> marks.push(stack.size());
            case '0' -> pop();
            case '1' -> popToMark();
            case '2' -> push(peek());
            case 'N' -> push(new Pickled.None());
            case 0x88 -> push(new Pickled.Truth(true));
            case 0x89 -> push(new Pickled.Truth(false));
            case 'J' -> push(new Pickled.Whole(buffer(Integer.BYTES).getInt()));
            case 'K' -> push(new Pickled.Whole(next()));
            case 'M' ->
                push(new Pickled.Whole(Short.toUnsignedInt(buffer(Short.BYTES).getShort())));
            case 0x8a -> push(whole(next()));
            case 0x8b -> push(whole(length4()));
            // unlike all else, big endian
            case 'G' ->
                push(new Pickled.Real(
                        buffer(Double.BYTES).order(ByteOrder.BIG_ENDIAN).getDouble()));
            case 'X', 'T' -> push(text(length4()));
            case 0x8c, 'U' -> push(text(next()));
            case 0x8d -> push(text(length8()));
            case 'B' -> push(bytes(length4()));
            case 'C' -> push(bytes(next()));
            case 0x8e -> push(bytes(length8()));
            case ')' -> push(new Pickled.Tuple(List.of()));
            case 't' -> push(new Pickled.Tuple(popToMark()));
            case 0x85 -> push(new Pickled.Tuple(pop(1)));
            case 0x86 -> push(new Pickled.Tuple(pop(2)));
            case 0x87 -> push(new Pickled.Tuple(pop(3)));
            case ']' -> push(new Pickled.Listed());
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case '}' -> push(new Pickled.Mapping());
            case 's' -> setItems(pop(2));
            case 'u' -> setItems(popToMark());
            case 'q' -> memo.put((long) next(), peek());
            case 'r' -> memo.put(Integer.toUnsignedLong(buffer(Integer.BYTES).getInt()), peek());
            case 0x94 -> memo.put((long) memo.size(), peek());
            case 'h' -> push(remembered(next()));
            case 'j' ->
                push(remembered(Integer.toUnsignedLong(buffer(Integer.BYTES).getInt())));
            case 'c' -> push(global(line(), line()));
            case 0x93 -> {
                List<Pickled> names = pop(2);
                push(global(string(names.get(0), "a module"), string(names.get(1), "a name")));
            }
            case 'Q' -> push(storage(pop()));
            case 'R' -> {
                List<Pickled> call = pop(2);
                push(called(call.get(0), call.get(1)));
            }
            case 'b' -> {
                Pickled state = pop();
                build(peek(), state);
            }
            default ->
                throw new InvalidCheckpointException("the pickle has at byte " + (pickle.position() - 1)
                        + " the opcode " + REFUSED.getOrDefault(opcode, "0x" + Integer.toHexString(opcode))
                        + ", which no state dict of protocols 2 to 5 needs; it was refused and nothing was run");
        }
    }

    private void protocol() {
        int protocol = next();
        if (protocol < OLDEST_PROTOCOL || protocol > NEWEST_PROTOCOL) {
            throw new InvalidCheckpointException("the pickle is of protocol " + protocol + "; allowed: "
                    + OLDEST_PROTOCOL + " to " + NEWEST_PROTOCOL);
        }
    }

    private void frame() {
        long length = buffer(Long.BYTES).getLong();
        if (length < 0 || length > pickle.remaining()) {
            throw new InvalidCheckpointException("the pickle claims a frame of " + length + " bytes where "
                    + pickle.remaining() + " are left; it was cut off");
        }
    }

    private Pickled whole(int length) {
        if (length > MOST_BYTES_OF_A_NUMBER) {
            throw new InvalidCheckpointException(
                    "the pickle has a whole number of " + length + " bytes; the most is " + MOST_BYTES_OF_A_NUMBER);
        }
        byte[] littleEndian = array(length);
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[i] = littleEndian[length - 1 - i];
        }
        BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? new Pickled.Whole(value.longValue()) : new Pickled.Huge(value);
    }

    private Pickled text(int length) {
        return new Pickled.Text(utf8(array(length)));
    }

    private Pickled bytes(int length) {
        return new Pickled.Bytes(array(length));
    }

    private Pickled remembered(long index) {
        Pickled value = memo.get(index);
        if (value == null) {
            throw new InvalidCheckpointException("the pickle recalls value " + index + ", which it never kept");
        }
        return value;
    }

    private void append(List<Pickled> items) {
        if (!(peek() instanceof Pickled.Listed list)) {
            throw new InvalidCheckpointException("the pickle appends to " + peek().kind() + "; expected a list");
        }
        items.forEach(list::add);
    }

    private void setItems(List<Pickled> items) {
        if (!(peek() instanceof Pickled.Mapping mapping) || items.size() % 2 != 0) {
            throw new InvalidCheckpointException("the pickle puts " + items.size() + " keys and values into "
                    + peek().kind() + "; expected pairs, and a dict");
        }
        for (int i = 0; i < items.size(); i += 2) {
            mapping.put(items.get(i), items.get(i + 1));
        }
    }

    private static Pickled global(String module, String member) {
        return new Pickled.Callable(AllowedGlobal.of(module, member));
    }

    /** ('storage', class, key, device, elements), and in the legacy layout None for a sixth. */
    private Pickled storage(Pickled id) {
        if (!(id instanceof Pickled.Tuple tuple)
                || tuple.items().size() < 5
                || tuple.items().size() > 6
                || !tuple.items().get(0).equals(new Pickled.Text("storage"))
                || !(tuple.items().get(1) instanceof Pickled.Callable type)
                || !(tuple.items().get(2) instanceof Pickled.Text key)
                || !(tuple.items().get(3) instanceof Pickled.Text)
                || !(tuple.items().get(4) instanceof Pickled.Whole elements)
                || tuple.items().size() == 6 && !(tuple.items().get(5) instanceof Pickled.None)) {
            throw new InvalidCheckpointException("the pickle refers to something outside itself by " + id.kind()
                    + "; expected ('storage', class, key, device, number of elements)");
        }
        StoredNumbers numbers = type.global()
                .storageOf()
                .orElseThrow(() -> new InvalidCheckpointException(
                        "the pickle has a storage of class " + type.kind() + "; expected one of PyTorch's storages"));
        if (elements.value() < 0 || elements.value() > Long.MAX_VALUE / numbers.bytes()) {
            throw new InvalidCheckpointException(
                    "storage '" + excerpt(key.value()) + "' claims " + elements.value() + " elements");
        }
        Pickled.Storage storage = new Pickled.Storage(numbers, key.value(), elements.value());
        Pickled.Storage before = storages.putIfAbsent(key.value(), storage);
        if (before != null && !before.equals(storage)) {
            throw new InvalidCheckpointException("storage '" + excerpt(key.value()) + "' is " + before.elements()
                    + " numbers of " + before.numbers() + " in one place and " + storage.elements() + " of "
                    + storage.numbers() + " in another");
        }
        return storage;
    }

    /** What Python would get from the call. */
    private Pickled called(Pickled callable, Pickled arguments) {
        if (!(callable instanceof Pickled.Callable function) || !(arguments instanceof Pickled.Tuple tuple)) {
            throw new InvalidCheckpointException("the pickle calls " + callable.kind() + " with " + arguments.kind()
                    + "; it was refused and nothing was run");
        }
        List<Pickled> given = tuple.items();
        return switch (function.global()) {
            case ORDERED_DICT -> orderedDict(given);
            case COUNTER ->
                given.size() == 1 && given.get(0) instanceof Pickled.Mapping ? given.get(0) : refused(function, given);
            case REBUILD_TENSOR -> tensor(function, given);
            case REBUILD_PARAMETER ->
                given.size() == 3
                                && given.get(0) instanceof Pickled.View
                                && given.get(1) instanceof Pickled.Truth
                                && isEmpty(given.get(2))
                        ? given.get(0)
                        : refused(function, given);
            case SIZE ->
                given.size() == 1 && given.get(0) instanceof Pickled.Tuple ? given.get(0) : refused(function, given);
            case NUMPY_DTYPE -> numpyType(function, given);
            case NUMPY_SCALAR, NUMPY_SCALAR_BEFORE_2 -> numpyScalar(function, given);
            case ENCODE -> encoded(function, given);
            default -> refused(function, given);
        };
    }

    private static Pickled refused(Pickled.Callable function, List<Pickled> given) {
        throw new InvalidCheckpointException("the pickle calls " + function.kind() + " with "
                + given.stream().limit(8).map(Pickled::kind).toList()
                + ", which no state dict does; it was refused and nothing was run");
    }

    /** Without arguments an empty one; Python 2 gives a list of pairs. */
    private static Pickled orderedDict(List<Pickled> given) {
        Pickled.Mapping mapping = new Pickled.Mapping();
        if (given.isEmpty()) {
            return mapping;
        }
        Pickled.Callable function = new Pickled.Callable(AllowedGlobal.ORDERED_DICT);
        if (given.size() != 1 || !(given.get(0) instanceof Pickled.Listed pairs)) {
            return refused(function, given);
        }
        for (Pickled pair : pairs.items()) {
            List<Pickled> two = pair instanceof Pickled.Listed listed
                    ? listed.items()
                    : pair instanceof Pickled.Tuple tuple ? tuple.items() : List.of();
            if (two.size() != 2) {
                return refused(function, given);
            }
            mapping.put(two.get(0), two.get(1));
        }
        return mapping;
    }

    /** (storage, offset, shape, strides, requires gradient, hooks, and in newer versions what else it carries). */
    private Pickled tensor(Pickled.Callable function, List<Pickled> given) {
        boolean plain = given.size() >= 6
                && given.size() <= 7
                && given.get(0) instanceof Pickled.Storage
                && given.get(1) instanceof Pickled.Whole
                && given.get(4) instanceof Pickled.Truth
                && isEmpty(given.get(5))
                // a seventh argument can say that the numbers are to be negated or conjugated
                && (given.size() == 6 || given.get(6) instanceof Pickled.None || isEmpty(given.get(6)));
        if (!plain) {
            return refused(function, given);
        }
        try {
            return new Pickled.View(new TensorView(
                    (Pickled.Storage) given.get(0),
                    ((Pickled.Whole) given.get(1)).value(),
                    wholes(given.get(2)),
                    wholes(given.get(3))));
        } catch (InvalidCheckpointException e) {
            throw new InvalidCheckpointException(tensorOnTop() + " is refused: " + e.getMessage(), e);
        }
    }

    /** The name of the tensor that is being made: in a dict its key comes just before it. */
    private String tensorOnTop() {
        return !stack.isEmpty() && stack.get(stack.size() - 1) instanceof Pickled.Text name
                ? "tensor '" + excerpt(name.value()) + "'"
                : "a tensor";
    }

    private static List<Long> wholes(Pickled shape) {
        List<Long> extents = new ArrayList<>();
        List<Pickled> items = shape instanceof Pickled.Tuple tuple ? tuple.items() : List.of(shape);
        for (Pickled item : items) {
            if (!(item instanceof Pickled.Whole extent)) {
                throw new InvalidCheckpointException("its shape or strides are " + shape.kind() + " with " + item.kind()
                        + " in it; expected a tuple of whole numbers");
            }
            extents.add(extent.value());
        }
        return extents;
    }

    private static boolean isEmpty(Pickled value) {
        return value instanceof Pickled.Mapping mapping && mapping.entries().isEmpty();
    }

    /** (code, align, copy), as NumPy writes it. */
    private static Pickled numpyType(Pickled.Callable function, List<Pickled> given) {
        if (given.isEmpty() || !(given.get(0) instanceof Pickled.Text code) || !NUMPY_TYPES.containsKey(code.value())) {
            return refused(function, given);
        }
        return new Pickled.NumpyType(NUMPY_TYPES.get(code.value()));
    }

    private static Pickled numpyScalar(Pickled.Callable function, List<Pickled> given) {
        if (given.size() != 2
                || !(given.get(0) instanceof Pickled.NumpyType type)
                || !(given.get(1) instanceof Pickled.Bytes bytes)
                || bytes.value().length != type.numbers().bytes()) {
            return refused(function, given);
        }
        ByteBuffer stored = ByteBuffer.wrap(bytes.value()).order(ByteOrder.LITTLE_ENDIAN);
        if (type.numbers() == StoredNumbers.F64) {
            return new Pickled.Real(stored.getDouble());
        }
        ByteBuffer decoded = ByteBuffer.wrap(type.numbers().decode(bytes.value(), ByteOrder.LITTLE_ENDIAN))
                .order(ByteOrder.LITTLE_ENDIAN);
        return switch (type.numbers().type()) {
            case F32 -> new Pickled.Real(decoded.getFloat());
            case I64 -> new Pickled.Whole(decoded.getLong());
        };
    }

    /** (text, 'latin1'): each character is a byte. */
    private static Pickled encoded(Pickled.Callable function, List<Pickled> given) {
        if (given.size() != 2
                || !(given.get(0) instanceof Pickled.Text text)
                || !given.get(1).equals(new Pickled.Text("latin1"))
                || text.value().chars().anyMatch(c -> c > 0xff)) {
            return refused(function, given);
        }
        return new Pickled.Bytes(text.value().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sets what an object remembers of itself: nothing that a tensor's numbers depend on. */
    private static void build(Pickled object, Pickled state) {
        if (object instanceof Pickled.Mapping && state instanceof Pickled.Mapping attributes) {
            // PyTorch notes the versions of the modules beside their weights
            if (attributes.entries().keySet().stream().allMatch(new Pickled.Text("_metadata")::equals)) {
                return;
            }
        } else if (object instanceof Pickled.NumpyType && state instanceof Pickled.Tuple tuple) {
            // (version, byte order, …)
            List<Pickled> items = tuple.items();
            if (items.size() >= 2
                    && (items.get(1).equals(new Pickled.Text("<"))
                            || items.get(1).equals(new Pickled.Text("|")))) {
                return;
            }
        }
        throw new InvalidCheckpointException("the pickle sets the state of " + object.kind() + " to " + state.kind()
                + ", which no state dict does; it was refused and nothing was run");
    }

    private void push(Pickled value) {
        stack.add(value);
    }

    private Pickled peek() {
        requireAboveMark(1);
        return stack.get(stack.size() - 1);
    }

    private Pickled pop() {
        requireAboveMark(1);
        return stack.remove(stack.size() - 1);
    }

    private List<Pickled> pop(int count) {
        requireAboveMark(count);
        return cut(stack.size() - count);
    }

    private List<Pickled> popToMark() {
        if (marks.isEmpty()) {
            throw new InvalidCheckpointException("the pickle goes back to a mark that it never set; it is damaged");
        }
        return cut(marks.pop());
    }

    private List<Pickled> cut(int from) {
        List<Pickled> top = stack.subList(from, stack.size());
        List<Pickled> items = List.copyOf(top);
        top.clear();
        return items;
    }

    private void requireAboveMark(int count) {
        int floor = marks.isEmpty() ? 0 : marks.peek();
        if (stack.size() - floor < count) {
            throw new InvalidCheckpointException(
                    "the pickle takes a value from its stack that is not there; it is damaged");
        }
    }

    private int next() {
        return Byte.toUnsignedInt(buffer(1).get());
    }

    private int length4() {
        return length(Integer.toUnsignedLong(buffer(Integer.BYTES).getInt()));
    }

    private int length8() {
        return length(buffer(Long.BYTES).getLong());
    }

    private int length(long claimed) {
        if (claimed < 0 || claimed > pickle.remaining()) {
            throw new InvalidCheckpointException("the pickle claims " + claimed + " bytes where " + pickle.remaining()
                    + " are left; it was cut off");
        }
        return (int) claimed;
    }

    private ByteBuffer buffer(int length) {
        length(length);
        ByteBuffer part = pickle.slice(pickle.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        pickle.position(pickle.position() + length);
        return part;
    }

    private byte[] array(int length) {
        length(length);
        byte[] bytes = new byte[length];
        pickle.get(bytes);
        return bytes;
    }

    private String line() {
        int end = pickle.position();
        while (end < pickle.limit() && pickle.get(end) != '\n') {
            end++;
        }
        String line = utf8(array(end - pickle.position()));
        next();
        return line;
    }

    private static String string(Pickled value, String what) {
        if (!(value instanceof Pickled.Text text)) {
            throw new InvalidCheckpointException(
                    "the pickle has " + value.kind() + " for " + what + "; expected a string");
        }
        return text.value();
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidCheckpointException("the pickle has a string that is not UTF-8", e);
        }
    }
}
