package io.faultline.artifact;

import java.util.Objects;

/**
 * What an event says of an artifact: never its bytes.
 *
 * @param size in bytes
 */
public record ArtifactRef(ArtifactKind kind, ArtifactId id, long size) {
    public ArtifactRef {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(id, "id");
        if (size < 0) {
            throw new IllegalArgumentException("size is " + size + "; it cannot be negative");
        }
    }
}
