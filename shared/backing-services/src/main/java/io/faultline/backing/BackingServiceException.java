package io.faultline.backing;

/** A broker or database that does not start, stop or answer; the message says which, why, and what to do. */
public final class BackingServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BackingServiceException(String message) {
        super(message);
    }

    public BackingServiceException(String message, Throwable cause) {
        super(message, cause);
    }
}
