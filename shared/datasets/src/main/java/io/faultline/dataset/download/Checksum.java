package io.faultline.dataset.download;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A published digest of a file's bytes.
 *
 * @param hex in lower case
 */
public record Checksum(Algorithm algorithm, String hex) {
    /** What publishers use; MD5 finds damage and not forgery. */
    public enum Algorithm {
        MD5("MD5", 32),
        SHA256("SHA-256", 64);

        private final String standardName;
        private final int digits;

        Algorithm(String standardName, int digits) {
            this.standardName = standardName;
            this.digits = digits;
        }

        /** As {@link java.security.MessageDigest} knows it. */
        public String standardName() {
            return standardName;
        }
    }

    private static final Pattern HEX = Pattern.compile("[0-9a-f]*");

    public Checksum {
        hex = hex.toLowerCase(Locale.ROOT);
        if (hex.length() != algorithm.digits || !HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("'" + hex + "' is no " + algorithm.standardName + "; expected "
                    + algorithm.digits + " hexadecimal digits");
        }
    }

    public static Checksum md5(String hex) {
        return new Checksum(Algorithm.MD5, hex);
    }

    public static Checksum sha256(String hex) {
        return new Checksum(Algorithm.SHA256, hex);
    }

    @Override
    public String toString() {
        return algorithm.standardName + " " + hex;
    }
}
