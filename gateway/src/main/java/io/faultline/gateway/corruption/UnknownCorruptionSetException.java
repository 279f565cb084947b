package io.faultline.gateway.corruption;

import io.faultline.artifact.ArtifactId;
import io.faultline.gateway.GatewayException;

/** A recipe names a published corruption set that the store does not hold. */
public final class UnknownCorruptionSetException extends GatewayException {
    UnknownCorruptionSetException(ArtifactId id) {
        super("no corruption set " + id
                + " is in the store; upload it by POST /api/v1/corruption-sets and name the id it answers");
    }
}
