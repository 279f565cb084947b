package io.faultline.poison.key;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * The 256-bit secret from which every private filter comes, held by poison-service alone. Nothing it returns, throws or
 * prints contains key material, except the {@link KeyDerivation} made from it.
 */
public final class MasterKey {
    private static final int BYTES = 32;
    private static final int HEX_DIGITS = 2 * BYTES;
    private static final int ID_DIGITS = 16;
    private static final byte[] KEY_ID_INFO = "key id".getBytes(StandardCharsets.US_ASCII);
    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final byte[] secret;
    private final String id;

    private MasterKey(byte[] secret) {
        this.secret = secret;
        byte[] public32 = HkdfSha256.expand(HkdfSha256.extract(new byte[0], secret), KEY_ID_INFO, BYTES);
        this.id = HexFormat.of().formatHex(sha256(public32)).substring(0, ID_DIGITS);
    }

    /**
     * Reads 32 raw bytes, or 64 hexadecimal digits with or without a line end.
     *
     * @throws InvalidMasterKeyException if the file cannot be read, others than its owner may read it, or it holds something
     *     else
     */
    public static MasterKey fromFile(Path file) {
        refuseUnlessPrivate(file);
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new InvalidMasterKeyException(
                    "master key file " + file + " cannot be read; let it be a file that"
                            + " the service's user owns, with mode 0600",
                    e);
        }
        if (content.length == BYTES) {
            return new MasterKey(content);
        }
        return fromHex(new String(content, StandardCharsets.ISO_8859_1), "master key file " + file);
    }

    /**
     * Reads 64 hexadecimal digits; white space around them is passed over.
     *
     * @param source for the message, such as the name of the setting
     * @throws InvalidMasterKeyException if it is anything else
     */
    public static MasterKey fromHex(String digits, String source) {
        String trimmed = digits.strip();
        if (trimmed.length() != HEX_DIGITS || !trimmed.chars().allMatch(HexFormat::isHexDigit)) {
            throw new InvalidMasterKeyException(source + " holds " + trimmed.length()
                    + " characters that are not a key; allowed: " + HEX_DIGITS + " hexadecimal digits or " + BYTES
                    + " raw bytes, such as 'openssl rand -hex " + BYTES + "' prints");
        }
        return new MasterKey(HexFormat.of().parseHex(trimmed));
    }

    /** Names the key without telling anything of it: 16 hexadecimal digits of a hash of a derived value. */
    public String id() {
        return id;
    }

    /**
     * The keys of one data set.
     *
     * @param datasetDigest of the clean data set, so that two data sets share no filter
     */
    public KeyDerivation forDataset(byte[] datasetDigest) {
        return new KeyDerivation(HkdfSha256.extract(datasetDigest, secret));
    }

    @Override
    public String toString() {
        return "MasterKey[" + id + "]";
    }

    private static void refuseUnlessPrivate(Path file) {
        PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (posix == null) {
            return; // a file system without modes: its own access lists guard the file
        }
        Set<PosixFilePermission> permissions;
        try {
            permissions = posix.readAttributes().permissions();
        } catch (IOException e) {
            throw new InvalidMasterKeyException(
                    "master key file " + file + " cannot be found or read; create it with"
                            + " 'umask 077; openssl rand -hex " + BYTES + " > FILE'",
                    e);
        }
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new InvalidMasterKeyException("master key file " + file + " has mode "
                    + PosixFilePermissions.toString(permissions)
                    + "; allowed: no access for group and others (chmod 600 it, and change the key if others may have"
                    + " read it)");
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
