package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/**
 * Where randomness comes from: a number, split by purpose and counter ({@code seed.derive("augmentation").derive(epoch)}),
 * so that no generator lives across a checkpoint. Same seed, same values, on every Java version.
 */
public record Seed(@JsonValue long value) {
    @JsonCreator
    public static Seed of(long value) {
        return new Seed(value);
    }

    /** An independent seed for one purpose. */
    public Seed derive(String purpose) {
        return derive(purpose.getBytes(StandardCharsets.UTF_8));
    }

    /** An independent seed for one turn of a counter: epoch, batch, image, task. */
    public Seed derive(long counter) {
        return derive(ByteBuffer.allocate(Long.BYTES).putLong(counter).array());
    }

    /** A fresh generator at the start of this seed's stream. */
    public SplittableRandom generator() {
        return new SplittableRandom(value);
    }

    private Seed derive(byte[] label) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
            return new Seed(ByteBuffer.wrap(sha256.digest(label)).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
