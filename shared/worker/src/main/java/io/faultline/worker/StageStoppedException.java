package io.faultline.worker;

/** The stage was told to stop; what it had done lies in its checkpoints. */
public final class StageStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StageStoppedException(String message) {
        super(message);
    }
}
