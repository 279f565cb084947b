package io.faultline.gateway.dataset;

import io.faultline.dataset.InvalidDatasetException;
import io.faultline.gateway.GatewayException;

/** An upload is not a data set that can be read. */
public final class RefusedDatasetException extends GatewayException {
    public RefusedDatasetException(InvalidDatasetException refusal) {
        super(refusal.getMessage(), refusal);
    }
}
