package io.faultline.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a {@code .npy} file says of its array (NumPy Enhancement Proposal 1). It says so in a Python literal, which is read by the
 * few rules that NumPy writes it by, and never evaluated: exactly the keys {@code descr}, {@code fortran_order} and {@code shape},
 * once each.
 *
 * @param shape lengths, each 0 or more; empty for a single number
 * @param dataOffset where the array begins in the file
 */
record NpyHeader(Type type, List<Long> shape, long dataOffset) {
    /** The number of bytes within which a header must end; NumPy itself asks for consent to longer ones than 10,000. */
    static final int LONGEST = 10_240;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MOST_DIMENSIONS = 32;

    /** The kinds of whole numbers, little-endian. */
    enum Type {
        UINT8("|u1", 1),
        INT8("|i1", 1),
        UINT16("<u2", 2),
        INT16("<i2", 2),
        UINT32("<u4", 4),
        INT32("<i4", 4),
        INT64("<i8", 8),
        /** One that is none of these; its arrays are not read. */
        OTHER("", 0);

        private final String code;
        private final int bytes;

        Type(String code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        int bytes() {
            return bytes;
        }

        boolean isUnknown() {
            return this == OTHER;
        }

        static Type of(String code) {
            return Arrays.stream(values())
                    .filter(type -> type.code.equals(code))
                    .findFirst()
                    .orElse(OTHER);
        }

        long value(ByteBuffer array, int at) {
            return switch (this) {
                case UINT8 -> Byte.toUnsignedLong(array.get(at));
                case INT8 -> array.get(at);
                case UINT16 -> Short.toUnsignedLong(array.getShort(at));
                case INT16 -> array.getShort(at);
                case UINT32 -> Integer.toUnsignedLong(array.getInt(at));
                case INT32 -> array.getInt(at);
                case INT64 -> array.getLong(at);
                case OTHER -> throw new IllegalStateException("its numbers are of an unknown kind");
            };
        }
    }

    /**
     * @param name for messages
     * @param start the file's first {@value #LONGEST} bytes, or all of it
     * @param fileSize in bytes
     * @throws InvalidDatasetException unless it is an array whose numbers fill the file exactly
     */
    static NpyHeader of(String name, byte[] start, long fileSize) {
        return new Parser(name, start).header(fileSize);
    }

    /** Reads the literal from left to right. */
    private static final class Parser {
        private final String name;
        private final byte[] start;
        private String text = "";
        private int at;
        private String code;
        private Boolean fortranOrder;
        private List<Long> shape;

        Parser(String name, byte[] start) {
            this.name = name;
            this.start = start;
        }

        NpyHeader header(long fileSize) {
            int dataOffset = cutOutText();
            readDictionary();
            if (fortranOrder) {
                throw refused("is in Fortran order");
            }
            Type type = Type.of(code);
            refuseUnlessFilled(type, dataOffset, fileSize);
            return new NpyHeader(type, List.copyOf(shape), dataOffset);
        }

        /** Finds the literal between the magic and the array, and says where the array begins. */
        private int cutOutText() {
            int prefix = MAGIC.length + 2;
            if (start.length < prefix + 2 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw refused("does not begin as a NumPy array");
            }
            int version = start[MAGIC.length] & 0xFF;
            if (version < 1 || version > 3 || start[MAGIC.length + 1] != 0) {
                throw refused("is of format " + version + "." + (start[MAGIC.length + 1] & 0xFF));
            }
            int lengthBytes = version == 1 ? 2 : 4;
            if (start.length < prefix + lengthBytes) {
                throw refused("ends within its header");
            }
            long length = 0;
            for (int i = lengthBytes - 1; i >= 0; i--) {
                length = length << 8 | start[prefix + i] & 0xFF;
            }
            long end = prefix + lengthBytes + length;
            if (end > start.length) {
                throw refused("has a header of " + length + " bytes, which is too long or longer than the file");
            }
            // names that are no ASCII are no name that is known
            text = new String(start, prefix + lengthBytes, (int) length, StandardCharsets.ISO_8859_1);
            return (int) end;
        }

        private void readDictionary() {
            expect('{');
            Set<String> seen = new HashSet<>();
            while (!comes('}')) {
                String key = string();
                if (!seen.add(key)) {
                    throw refused("says '" + EntryName.shown(key) + "' twice");
                }
                expect(':');
                switch (key) {
                    case "descr" -> code = string();
                    case "fortran_order" -> fortranOrder = truth();
                    case "shape" -> shape = tuple();
                    default -> throw refused("says '" + EntryName.shown(key) + "'");
                }
                if (!comes(',')) {
                    expect('}');
                    break;
                }
            }
            skipSpace();
            if (at != text.length() || seen.size() != 3) {
                throw refused("has a header that says too much or too little");
            }
        }

        private String string() {
            skipSpace();
            char quote = at < text.length() ? text.charAt(at) : ' ';
            int end = text.indexOf(quote, at + 1);
            if (quote != '\'' && quote != '"' || end < 0) {
                throw refused("has a header with something else where a string belongs");
            }
            String string = text.substring(at + 1, end);
            if (string.indexOf('\\') >= 0) {
                throw refused("has a header with a backslash");
            }
            at = end + 1;
            return string;
        }

        private boolean truth() {
            skipSpace();
            for (String word : List.of("True", "False")) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw refused("has a header with something else where True or False belongs");
        }

        private List<Long> tuple() {
            List<Long> lengths = new ArrayList<>();
            expect('(');
            boolean comma = false;
            while (!comes(')')) {
                if (lengths.size() == MOST_DIMENSIONS || !lengths.isEmpty() && !comma) {
                    throw refused("has a header with something else where a shape belongs");
                }
                lengths.add(number());
                comma = comes(',');
            }
            if (lengths.size() == 1 && !comma) {
                throw refused("has a number in brackets for a shape");
            }
            return lengths;
        }

        private long number() {
            skipSpace();
            int from = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            // 18 digits fit into a long
            if (at == from || at - from > 18) {
                throw refused("has a header with something else where a length belongs");
            }
            return Long.parseLong(text.substring(from, at));
        }

        private void expect(char character) {
            if (!comes(character)) {
                throw refused("has a header with something else where '" + character + "' belongs");
            }
        }

        private boolean comes(char character) {
            skipSpace();
            boolean comes = at < text.length() && text.charAt(at) == character;
            at += comes ? 1 : 0;
            return comes;
        }

        private void skipSpace() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
                at++;
            }
        }

        private void refuseUnlessFilled(Type type, int dataOffset, long fileSize) {
            if (type.isUnknown()) {
                throw refused("holds numbers of type '" + EntryName.shown(code) + "'");
            }
            long size = type.bytes();
            try {
                for (long length : shape) {
                    size = Math.multiplyExact(size, length);
                }
            } catch (ArithmeticException e) {
                throw refused("says its shape is " + shape);
            }
            if (size != fileSize - dataOffset) {
                throw refused("says its shape is " + shape + " and has " + (fileSize - dataOffset)
                        + " bytes of numbers, not " + size);
            }
        }

        private InvalidDatasetException refused(String found) {
            return new InvalidDatasetException(name + " " + found
                    + "; allowed: a whole array of integers as numpy.save writes it, little-endian, in C order. Take the"
                    + " published file or save it again.");
        }
    }
}
