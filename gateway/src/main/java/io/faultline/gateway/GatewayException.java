package io.faultline.gateway;

/** The gateway refuses what a caller asked for; the message says what was wrong, what is allowed, what to do. */
public abstract class GatewayException extends RuntimeException {
    protected GatewayException(String message) {
        super(message);
    }

    protected GatewayException(String message, Throwable cause) {
        super(message, cause);
    }
}
