package io.faultline.worker;

/** The recipe or the data cannot be worked on, and another try would not help. */
public final class WorkRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was wrong, what is allowed, what to do */
    public WorkRejectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
