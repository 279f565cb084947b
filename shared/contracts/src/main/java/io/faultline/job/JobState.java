package io.faultline.job;

/** Where a job stands. */
public enum JobState {
    /** Accepted; no worker has it in hand. */
    WAITING,
    /** A worker has it in hand. */
    RUNNING,
    /** Ended with a result. */
    COMPLETED,
    /** Ended without one. */
    FAILED,
    /** Ended by its owner. */
    CANCELLED;

    public boolean ended() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
