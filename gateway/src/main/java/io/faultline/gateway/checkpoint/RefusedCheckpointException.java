package io.faultline.gateway.checkpoint;

import io.faultline.gateway.GatewayException;

/** An upload is not a file of weights. */
public final class RefusedCheckpointException extends GatewayException {
    RefusedCheckpointException(String detail) {
        super(detail);
    }
}
