package io.faultline.poison.key;

/** A master key that is not fit for use: the message says where it was looked for, what is wrong and what to do, never the key. */
public final class InvalidMasterKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidMasterKeyException(String message) {
        super(message);
    }

    InvalidMasterKeyException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Two keys were given, and nothing says which one counts. */
    public static InvalidMasterKeyException ambiguous(String setting, String otherSetting) {
        return new InvalidMasterKeyException("both " + setting + " and " + otherSetting
                + " are given; allowed: one of them, so that there is one key");
    }

    /** Previous keys without a present one. */
    public static InvalidMasterKeyException onlyPrevious(String setting) {
        return new InvalidMasterKeyException(
                "there are previous master keys and no present one; give one with " + setting);
    }
}
