package io.faultline.gateway.checkpoint;

import io.faultline.artifact.ArtifactId;
import io.faultline.gateway.GatewayException;

/** A recipe starts from weights that the store does not hold. */
public final class UnknownCheckpointException extends GatewayException {
    UnknownCheckpointException(ArtifactId id) {
        super("no checkpoint " + id
                + " is in the store; upload it by POST /api/v1/checkpoints and name the id it answers");
    }
}
