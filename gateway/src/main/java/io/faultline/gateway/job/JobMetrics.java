package io.faultline.gateway.job;

import io.faultline.job.JobState;
import java.util.Map;

/** What an operator sees of the jobs' course. */
public interface JobMetrics {
    /** An event came in. */
    void consumed(String topic);

    /** An event came in that had its effect before. */
    void duplicate(String topic);

    /** A silent job's work was told again. */
    void reemitted();

    /** How many jobs there are in each state now, and what waits for the broker. */
    void observed(Map<JobState, Long> jobs, Outbox.Backlog outbox);
}
