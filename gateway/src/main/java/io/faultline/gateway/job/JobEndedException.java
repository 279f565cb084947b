package io.faultline.gateway.job;

import io.faultline.event.JobId;
import io.faultline.gateway.GatewayException;
import io.faultline.job.JobState;

/** The job has ended: it cannot be cancelled any more. */
public final class JobEndedException extends GatewayException {
    public JobEndedException(JobId id, JobState state) {
        super("job " + id + " has ended as " + state + "; only a waiting or running job can be cancelled");
    }
}
