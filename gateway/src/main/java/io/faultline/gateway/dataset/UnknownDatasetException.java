package io.faultline.gateway.dataset;

import io.faultline.artifact.ArtifactId;
import io.faultline.gateway.GatewayException;

/** A recipe names an uploaded data set that the store does not hold. */
public final class UnknownDatasetException extends GatewayException {
    public UnknownDatasetException(ArtifactId id) {
        super("no data set " + id + " is in the store; upload it by POST /api/v1/datasets and name the id it answers");
    }
}
