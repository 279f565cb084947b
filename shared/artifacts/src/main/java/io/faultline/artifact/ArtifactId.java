package io.faultline.artifact;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The name of an artifact: the SHA-256 of its bytes, so that equal content has one name and a changed byte another.
 *
 * @param sha256 64 lower-case hexadecimal digits
 */
public record ArtifactId(String sha256) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final String PREFIX = "sha256:";

    /** @throws IllegalArgumentException unless {@code sha256} is 64 lower-case hexadecimal digits */
    public ArtifactId {
        if (sha256 == null || !HEX.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "artifact id is '" + sha256 + "'; expected sha256: and 64 lower-case hexadecimal digits");
        }
    }

    /** Reads {@code sha256:<hex>}; the prefix may be left out. */
    @JsonCreator
    public static ArtifactId parse(String text) {
        return new ArtifactId(text != null && text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
    }

    @JsonValue
    @Override
    public String toString() {
        return PREFIX + sha256;
    }
}
