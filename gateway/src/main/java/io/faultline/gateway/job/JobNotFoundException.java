package io.faultline.gateway.job;

import io.faultline.event.JobId;
import io.faultline.gateway.GatewayException;

/** No job has this id. */
public final class JobNotFoundException extends GatewayException {
    public JobNotFoundException(JobId id) {
        super("no job " + id + "; GET /api/v1/jobs lists those there are");
    }
}
