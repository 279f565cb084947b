package io.faultline.worker;

/** A work record holds no event that this worker reads. */
final class UnreadableWorkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableWorkException(String message, Throwable cause) {
        super(message, cause);
    }
}
