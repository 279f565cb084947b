package io.faultline.local.client;

import io.faultline.event.JobProgressed;
import io.faultline.job.JobSnapshot;

/** Hears what happens to a job, in order, on one thread. */
public interface JobListener {
    /** The job's state at first, and at each change. */
    void snapshot(JobSnapshot snapshot);

    void progressed(JobProgressed progress);

    /** The connection broke and is taken up again. */
    void interrupted(String reason);
}
