package io.faultline.dataset.download;

/** A file was not downloaded: the message says what was tried, what was found, what was expected and what to do. */
public final class DownloadException extends RuntimeException {
    /** Which of four. */
    public enum Reason {
        /** No answer, or none that lasted; may pass. */
        UNREACHABLE,
        /** The server answered that it will not; the same request will not do better. */
        REFUSED,
        /** Something else lies there than was expected. */
        MISMATCH,
        /** This thread was told to stop. */
        INTERRUPTED
    }

    private final Reason reason;

    DownloadException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
