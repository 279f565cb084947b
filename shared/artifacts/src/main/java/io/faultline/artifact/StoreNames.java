package io.faultline.artifact;

import java.util.regex.Pattern;

/** Names that may become file names or object keys: none of them can leave its place. */
final class StoreNames {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern CHECKPOINT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private StoreNames() {}

    /** @throws IllegalArgumentException unless it is 64 lower-case hexadecimal digits */
    static String fingerprint(String fingerprint) {
        if (fingerprint == null || !FINGERPRINT.matcher(fingerprint).matches()) {
            throw new IllegalArgumentException(
                    "fingerprint is '" + fingerprint + "'; expected 64 lower-case hexadecimal digits");
        }
        return fingerprint;
    }

    /** @throws IllegalArgumentException unless it is a plain file name */
    static String checkpoint(String name) {
        if (name == null || !CHECKPOINT.matcher(name).matches()) {
            throw new IllegalArgumentException("checkpoint name is '" + name
                    + "'; expected 1 to 128 letters, digits, dots, dashes or underscores, the first a letter or digit");
        }
        return name;
    }
}
