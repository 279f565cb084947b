package io.faultline.vision;

/** Something this module could not do; the root of its expected failures. */
public class VisionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public VisionException(String message) {
        super(message);
    }

    public VisionException(String message, Throwable cause) {
        super(message, cause);
    }
}
