package io.faultline.gateway.corruption;

import io.faultline.dataset.InvalidDatasetException;
import io.faultline.gateway.GatewayException;

/** An upload is not a published corruption set that can be read. */
public final class RefusedCorruptionSetException extends GatewayException {
    RefusedCorruptionSetException(InvalidDatasetException refusal) {
        super(refusal.getMessage(), refusal);
    }
}
