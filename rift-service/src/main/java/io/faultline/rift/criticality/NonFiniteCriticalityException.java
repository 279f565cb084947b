package io.faultline.rift.criticality;

/** The loss whose rise is sought is no number any more: the message says where, and what to change. */
public final class NonFiniteCriticalityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NonFiniteCriticalityException(String message) {
        super(message);
    }
}
