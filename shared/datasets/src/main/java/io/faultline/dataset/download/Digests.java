package io.faultline.dataset.download;

import io.faultline.dataset.download.Checksum.Algorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;

/** The digests of a file, all in one reading. */
final class Digests {
    private static final int BUFFER_BYTES = 1 << 17;

    private final Map<Algorithm, Checksum> found = new EnumMap<>(Algorithm.class);

    private Digests() {}

    static Digests of(Path file) throws IOException {
        Map<Algorithm, MessageDigest> running = new EnumMap<>(Algorithm.class);
        for (Algorithm algorithm : Algorithm.values()) {
            running.put(algorithm, start(algorithm));
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (MessageDigest digest : running.values()) {
                    digest.update(buffer, 0, count);
                }
            }
        }
        Digests digests = new Digests();
        running.forEach((algorithm, digest) -> digests.found.put(
                algorithm, new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()))));
        return digests;
    }

    Checksum get(Algorithm algorithm) {
        return found.get(algorithm);
    }

    private static MessageDigest start(Algorithm algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.standardName());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm.standardName(), e);
        }
    }
}
