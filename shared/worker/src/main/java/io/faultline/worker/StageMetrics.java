package io.faultline.worker;

import io.faultline.event.FailureCode;
import io.faultline.event.StageName;
import java.time.Duration;

/** What an operator wants to know of a worker. */
interface StageMetrics {
    /** A record is in hand, or none is. */
    void busy(StageName stage, boolean busy);

    /** A stage was run to its end. */
    void ran(StageName stage, Duration duration);

    /** The outcome was there already. */
    void reused(StageName stage);

    /** A record was given back after a failure that may pass. */
    void retried(StageName stage);

    /** A job failed. */
    void failed(StageName stage, FailureCode code);
}
