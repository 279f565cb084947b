package io.faultline.local.client;

/** The gateway refused, failed, or did not answer; the message says what it said. */
public final class GatewayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    GatewayException(String message, int status) {
        super(message);
        this.status = status;
    }

    GatewayException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** Of the answer; 0 if there was none. */
    public int status() {
        return status;
    }
}
