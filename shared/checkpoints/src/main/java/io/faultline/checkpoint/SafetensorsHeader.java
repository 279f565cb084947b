package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file, checked: every tensor's bytes follow the last one's, and are as many as its type and
 * shape take.
 *
 * @param entries in the order of their bytes
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // names from files that nobody vouches for do not belong into tables that the whole JVM shares
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();
    private static final int LARGEST_TENSOR = Integer.MAX_VALUE - 8;

    /** Where a tensor's bytes lie, counted from the end of the header. */
    record Entry(String name, StoredNumbers numbers, List<Long> shape, long begin, long end) {
        int length() {
            return (int) (end - begin);
        }

        TensorForm form() {
            return new TensorForm(numbers.type(), shape);
        }

        Safetensors.Tensor tensor(byte[] bytes) {
            try {
                return new Safetensors.Tensor(numbers.type(), shape, numbers.decode(bytes, ByteOrder.LITTLE_ENDIAN));
            } catch (InvalidCheckpointException e) {
                throw new InvalidCheckpointException("tensor '" + excerpt(name) + "': " + e.getMessage(), e);
            }
        }
    }

    /** @throws InvalidCheckpointException naming the first fault */
    static SafetensorsHeader parse(byte[] json) {
        try (JsonParser parser = JSON.createParser(text(json))) {
            return new Reader(parser).read();
        } catch (JsonProcessingException e) {
            throw new InvalidCheckpointException(
                    "the safetensors header is no JSON object: " + excerpt(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long dataLength() {
        return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).end();
    }

    private static String text(byte[] json) {
        try {
            // a decoder of its own: Jackson would guess UTF-16 and UTF-32
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidCheckpointException("the safetensors header is no JSON object: it is not UTF-8", e);
        }
    }

    private static final class Reader {
        private final JsonParser parser;

        Reader(JsonParser parser) {
            this.parser = parser;
        }

        SafetensorsHeader read() throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidCheckpointException("the safetensors header is no JSON object but " + found());
            }
            Map<String, String> metadata = new TreeMap<>();
            List<Entry> entries = new ArrayList<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(Safetensors.METADATA)) {
                    readMetadata(metadata);
                } else {
                    entries.add(entry(name));
                }
            }
            if (parser.nextToken() != null) {
                throw new InvalidCheckpointException(
                        "the safetensors header is no JSON object alone: " + found() + " comes after it");
            }
            entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
            long expected = 0;
            for (Entry entry : entries) {
                if (entry.begin() != expected) {
                    throw new InvalidCheckpointException("tensor '" + excerpt(entry.name()) + "' begins at "
                            + entry.begin() + "; expected " + expected + ", without a gap or an overlap");
                }
                expected = entry.end();
            }
            return new SafetensorsHeader(metadata, entries);
        }

        private void readMetadata(Map<String, String> metadata) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new InvalidCheckpointException("the safetensors metadata is " + found() + "; expected an object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    throw new InvalidCheckpointException(
                            "the safetensors metadata '" + excerpt(key) + "' is " + found() + "; expected a string");
                }
                metadata.put(key, parser.getText());
            }
        }

        private Entry entry(String name) throws IOException {
            String tensor = "tensor '" + excerpt(name) + "'";
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new InvalidCheckpointException(tensor + " is " + found() + "; expected an object");
            }
            String type = "";
            List<Long> shape = List.of();
            List<Long> offsets = List.of();
            Set<String> seen = new HashSet<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                seen.add(field);
                parser.nextToken();
                switch (field) {
                    case "dtype" -> type = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : found();
                    case "shape" -> shape = naturals(tensor, field, Safetensors.LARGEST_RANK);
                    case "data_offsets" -> offsets = naturals(tensor, field, 2);
                    default ->
                        throw new InvalidCheckpointException(tensor + " has a field '" + excerpt(field)
                                + "'; expected dtype, shape and data_offsets alone");
                }
            }
            if (seen.size() != 3 || offsets.size() != 2) {
                throw new InvalidCheckpointException(tensor + " has the fields " + seen + " and offsets " + offsets
                        + "; expected dtype, shape and two offsets in data_offsets");
            }
            return entry(name, numbers(tensor, type), shape, offsets.get(0), offsets.get(1));
        }

        private static Entry entry(String name, StoredNumbers numbers, List<Long> shape, long begin, long end) {
            String tensor = "tensor '" + excerpt(name) + "' of " + numbers + " " + shape;
            long expected;
            long kept;
            try {
                expected = Safetensors.Tensor.size(numbers.bytes(), shape);
                kept = Safetensors.Tensor.size(numbers.type().bytes(), shape);
            } catch (ArithmeticException e) {
                throw new InvalidCheckpointException(tensor + " is too large", e);
            }
            if (end - begin != expected || expected > LARGEST_TENSOR || kept > LARGEST_TENSOR) {
                throw new InvalidCheckpointException(tensor + " takes " + (end - begin) + " bytes; expected " + expected
                        + ", and at most " + LARGEST_TENSOR + " as " + numbers.type());
            }
            return new Entry(name, numbers, shape, begin, end);
        }

        private static StoredNumbers numbers(String tensor, String type) {
            return Arrays.stream(StoredNumbers.values())
                    .filter(known -> known.name().equals(type))
                    .findFirst()
                    .orElseThrow(() -> new InvalidCheckpointException(tensor + " is of type " + excerpt(type)
                            + "; supported: " + Arrays.toString(StoredNumbers.values())));
        }

        private List<Long> naturals(String tensor, String field, int most) throws IOException {
            List<Long> naturals = new ArrayList<>();
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw new InvalidCheckpointException(
                        tensor + " has " + field + " " + found() + "; expected an array of whole numbers");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                boolean small = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                if (!small || parser.getLongValue() < 0) {
                    throw new InvalidCheckpointException(tensor + " has in " + field + " " + found()
                            + "; expected whole numbers from 0 to " + Long.MAX_VALUE);
                }
                if (naturals.size() == most) {
                    throw new InvalidCheckpointException(
                            tensor + " has more than " + most + " numbers in " + field + "; the most is " + most);
                }
                naturals.add(parser.getLongValue());
            }
            return List.copyOf(naturals);
        }

        private String found() throws IOException {
            JsonToken token = parser.currentToken();
            if (token == null) {
                return "nothing";
            }
            return switch (token) {
                case START_OBJECT -> "an object";
                case START_ARRAY -> "an array";
                case VALUE_STRING -> "the string '" + excerpt(parser.getText()) + "'";
                default -> excerpt(parser.getText());
            };
        }
    }
}
