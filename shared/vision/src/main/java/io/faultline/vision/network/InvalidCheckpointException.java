package io.faultline.vision.network;

import io.faultline.vision.VisionException;

/** Bytes that are no checkpoint, or one of another network: the message says what was found and what was expected. */
public final class InvalidCheckpointException extends VisionException {
    private static final long serialVersionUID = 1L;

    public InvalidCheckpointException(String message) {
        super(message);
    }

    public InvalidCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
