package io.faultline.worker;

/** The broker did not confirm an event or a dead letter; it may have it all the same. */
final class FactNotToldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FactNotToldException(String message, Throwable cause) {
        super(message, cause);
    }
}
