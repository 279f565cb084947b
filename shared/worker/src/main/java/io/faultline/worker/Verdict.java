package io.faultline.worker;

import io.faultline.event.FailureCode;

/** What becomes of a work record whose handling failed. */
sealed interface Verdict {
    /** The record is given back and handed out once more, to this worker or another. */
    record TryAgain() implements Verdict {}

    /**
     * The record goes to the dead-letter topic, and the job has failed.
     *
     * @param detail for the job's owner: what was wrong, what to do
     */
    record GiveUp(FailureCode code, String detail) implements Verdict {}
}
