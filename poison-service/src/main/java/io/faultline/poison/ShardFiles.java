package io.faultline.poison;

import io.faultline.artifact.ArtifactException;
import io.faultline.worker.Checkpoints;
import java.io.InputStream;

/** Where the contents of a job's shards lie among its checkpoints until they are put together. */
record ShardFiles(Checkpoints checkpoints) {
    static String content(int shard) {
        return String.format("content-%06d", shard);
    }

    /** A control's untouched images of a shard. */
    static String untouched(int control, int shard) {
        return String.format("control-%d-untouched-%06d", control, shard);
    }

    /** A control's changed images of a shard. */
    static String changed(int control, int shard) {
        return String.format("control-%d-changed-%06d", control, shard);
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
}
