package io.faultline.event;

/** Why a job failed, by what its owner can do about it. */
public enum FailureCode {
    /** The recipe or the data cannot be worked on: change them. */
    REJECTED,
    /** The event could not be read: a bug or a foreign record; it lies on the dead-letter topic. */
    UNREADABLE,
    /** The work kept failing to the last delivery: see the cause, then submit again. */
    EXHAUSTED,
    /** A bug: report it with the job id. */
    INTERNAL
}
