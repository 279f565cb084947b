package io.faultline.local.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Searches bytes for secrets in the forms in which they might slip out, by the first eight bytes of each form. */
final class SecretTraces {
    private static final int WINDOW = Long.BYTES;
    /** As many digits as tell one number from a billion others. */
    private static final int DIGITS = 9;

    private final Map<Long, String> windows = new HashMap<>();

    /** A secret's bytes: raw, hexadecimal in both cases, Base64. */
    SecretTraces bytes(String name, byte[] secret) {
        add(name + " (raw)", secret);
        add(name + " (hexadecimal)", HexFormat.of().formatHex(secret).getBytes(US_ASCII));
        add(
                name + " (hexadecimal)",
                HexFormat.of().withUpperCase().formatHex(secret).getBytes(US_ASCII));
        add(name + " (Base64)", Base64.getEncoder().encode(secret));
        return this;
    }

    /** A run of numbers: each as double in both byte orders and as text, each two neighbours as floats. */
    SecretTraces numbers(String name, double[] secrets) {
        for (int i = 0; i < secrets.length; i++) {
            String entry = name + "[" + i + "]";
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                if (secrets[i] != 1) {
                    add(
                            entry + " (double)",
                            ByteBuffer.allocate(Double.BYTES)
                                    .order(order)
                                    .putDouble(secrets[i])
                                    .array());
                }
                if (i > 0) {
                    add(
                            entry + " (float)",
                            ByteBuffer.allocate(2 * Float.BYTES)
                                    .order(order)
                                    .putFloat((float) secrets[i - 1])
                                    .putFloat((float) secrets[i])
                                    .array());
                }
            }
            String text = Double.toString(secrets[i]);
            if (text.length() > DIGITS + 2 && !text.contains("E")) {
                add(entry + " (text)", text.substring(1, DIGITS + 1).getBytes(US_ASCII));
            }
        }
        return this;
    }

    /** Text that must be there, which shows that the search finds what it looks for. */
    SecretTraces text(String name, String text) {
        add(name, text.getBytes(US_ASCII));
        return this;
    }

    /** What is found in all files below a directory, as "name in file". */
    List<String> in(Path directory, Path except) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(one -> !one.equals(except))
                    .toList()) {
                try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
                    search(in, file.toString(), found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** What is found in a text. */
    List<String> in(String text, String name) {
        List<String> found = new ArrayList<>();
        try {
            search(
                    new java.io.ByteArrayInputStream(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                    name,
                    found);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private void search(InputStream in, String where, List<String> found) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long window = 0;
        long seen = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                window = window << 8 | buffer[i] & 0xff;
                if (++seen >= WINDOW) {
                    String name = windows.get(window);
                    if (name != null) {
                        found.add(name + " in " + where);
                    }
                }
            }
        }
    }

    private void add(String name, byte[] form) {
        if (form.length >= WINDOW) {
            windows.put(ByteBuffer.wrap(form).getLong(), name);
        }
    }
}
