package io.faultline.vision.batch;

import io.faultline.vision.VisionException;

/** Images that no network here can be trained on: the message says what they are and what is allowed. */
public final class UnsuitableImagesException extends VisionException {
    private static final long serialVersionUID = 1L;

    public UnsuitableImagesException(String message) {
        super(message);
    }
}
