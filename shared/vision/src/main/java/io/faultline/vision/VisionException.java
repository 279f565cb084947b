package io.faultline.vision;

/** Something this module could not do; the root of its expected failures, but for files of weights that do not fit. */
public class VisionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public VisionException(String message) {
        super(message);
    }

    public VisionException(String message, Throwable cause) {
        super(message, cause);
    }
}
