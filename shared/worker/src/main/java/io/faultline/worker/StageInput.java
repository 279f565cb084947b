package io.faultline.worker;

import io.faultline.artifact.ArtifactId;
import java.util.List;
import java.util.Objects;

/**
 * What a stage's report depends on.
 *
 * @param artifacts whose bytes it reads
 * @param settings the part of the recipe that it reads, as a value with a JSON form
 */
public record StageInput(List<ArtifactId> artifacts, Object settings) {
    public StageInput {
        artifacts = List.copyOf(artifacts);
        Objects.requireNonNull(settings, "settings");
    }
}
