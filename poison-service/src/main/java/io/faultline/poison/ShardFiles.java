package io.faultline.poison;

import io.faultline.artifact.ArtifactException;
import io.faultline.worker.Checkpoints;
import java.io.InputStream;

/**
 * Where the contents of a job's shards lie among its checkpoints until they are put together.
 *
 * @param shards how many there are, a part of each name: a data set that was cut otherwise has other files
 */
record ShardFiles(Checkpoints checkpoints, int shards) {
    String content(int shard) {
        return name("content", shard);
    }

    /** A control's untouched images of a shard. */
    String untouched(int control, int shard) {
        return name("control-" + control + "-untouched", shard);
    }

    /** A control's changed images of a shard. */
    String changed(int control, int shard) {
        return name("control-" + control + "-changed", shard);
    }

    boolean hasContent(int shard) {
        return checkpoints.exists(content(shard));
    }

    /** @throws ArtifactException if it is damaged or was taken away */
    InputStream open(String name) {
        return checkpoints
                .open(name)
                .orElseThrow(() -> new ArtifactException("checkpoint " + name + " is damaged or was taken away", null));
    }

    private String name(String what, int shard) {
        return String.format("%s-%06d-of-%06d", what, shard, shards);
    }
}
