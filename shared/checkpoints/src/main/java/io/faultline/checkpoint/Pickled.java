package io.faultline.checkpoint;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the restricted pickle machine can build: plain values, containers of them, and descriptions of tensors.
 *
 * <p>Containers may hold themselves, so none is ever printed, compared or hashed by what it holds; {@link #kind()} is what
 * messages show.
 */
sealed interface Pickled {
    /** What this is, in a few words for messages. */
    String kind();

    /** The value as text, if it is a single number, truth value or short text. */
    default Optional<String> scalar() {
        return Optional.empty();
    }

    record None() implements Pickled {
        @Override
        public String kind() {
            return "None";
        }
    }

    record Truth(boolean value) implements Pickled {
        @Override
        public String kind() {
            return "a truth value";
        }

        @Override
        public Optional<String> scalar() {
            return Optional.of(Boolean.toString(value));
        }
    }

    /** Comparable, so that a dict of many keys of one hash is still quick. */
    record Whole(long value) implements Pickled, Comparable<Whole> {
        @Override
        public int compareTo(Whole other) {
            return Long.compare(value, other.value);
        }

        @Override
        public String kind() {
            return "a whole number";
        }

        @Override
        public Optional<String> scalar() {
            return Optional.of(Long.toString(value));
        }
    }

    /** A whole number beyond 64 bits. */
    record Huge(BigInteger value) implements Pickled {
        @Override
        public String kind() {
            return "a whole number beyond 64 bits";
        }
    }

    record Real(double value) implements Pickled {
        @Override
        public String kind() {
            return "a number";
        }

        @Override
        public Optional<String> scalar() {
            return Optional.of(Double.toString(value));
        }
    }

    /** Comparable, so that a dict of many keys of one hash is still quick. */
    record Text(String value) implements Pickled, Comparable<Text> {
        private static final int LONGEST_SCALAR = 1000;

        @Override
        public int compareTo(Text other) {
            return value.compareTo(other.value);
        }

        @Override
        public String kind() {
            return "the string '" + InvalidCheckpointException.excerpt(value) + "'";
        }

        @Override
        public Optional<String> scalar() {
            return value.length() <= LONGEST_SCALAR ? Optional.of(value) : Optional.empty();
        }
    }

    record Bytes(byte[] value) implements Pickled {
        @Override
        public String kind() {
            return "bytes";
        }
    }

    record Tuple(List<Pickled> items) implements Pickled {
        public Tuple {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a tuple of " + items.size();
        }
    }

    /** A list, which grows while the pickle is read. */
    final class Listed implements Pickled {
        private final List<Pickled> items = new ArrayList<>();

        List<Pickled> items() {
            return Collections.unmodifiableList(items);
        }

        void add(Pickled item) {
            items.add(item);
        }

        @Override
        public String kind() {
            return "a list of " + items.size();
        }
    }

    /** A dict or OrderedDict, which grows while the pickle is read. Its keys are single values. */
    final class Mapping implements Pickled {
        private final Map<Pickled, Pickled> entries = new LinkedHashMap<>();

        Map<Pickled, Pickled> entries() {
            return Collections.unmodifiableMap(entries);
        }

        void put(Pickled key, Pickled value) {
            if (!(key instanceof Text || key instanceof Whole || key instanceof Truth || key instanceof None)) {
                throw new InvalidCheckpointException("a dict has " + key.kind()
                        + " for a key; allowed: strings, whole numbers, truth values and None");
            }
            if (entries.putIfAbsent(key, value) != null) {
                throw new InvalidCheckpointException("a dict has " + key.kind() + " twice for a key");
            }
        }

        @Override
        public String kind() {
            return "a dict of " + entries.size();
        }
    }

    /** A function or class that a pickle may name. It is never called: the machine knows what the call would build. */
    record Callable(AllowedGlobal global) implements Pickled {
        @Override
        public String kind() {
            return global.toString();
        }
    }

    /** Numbers in a row, kept outside the pickle under a key. */
    record Storage(StoredNumbers numbers, String key, long elements) implements Pickled {
        @Override
        public String kind() {
            return "a storage";
        }
    }

    /** A NumPy element type, little endian, for the numbers that NumPy leaves in checkpoints. */
    record NumpyType(StoredNumbers numbers) implements Pickled {
        @Override
        public String kind() {
            return "a NumPy dtype";
        }
    }

    /** A tensor whose numbers were not read yet. */
    record View(TensorView tensor) implements Pickled {
        @Override
        public String kind() {
            return "a tensor";
        }
    }
}
