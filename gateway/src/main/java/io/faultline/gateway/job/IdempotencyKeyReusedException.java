package io.faultline.gateway.job;

import io.faultline.event.JobId;
import io.faultline.gateway.GatewayException;

/** An idempotency key stands for one recipe and came with another. */
public final class IdempotencyKeyReusedException extends GatewayException {
    public IdempotencyKeyReusedException(IdempotencyKey key, JobId job) {
        super("Idempotency-Key \"" + key.value() + "\" belongs to job " + job
                + ", submitted with another recipe; send that recipe again, or take a new key");
    }
}
