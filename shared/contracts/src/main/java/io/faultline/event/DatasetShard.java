package io.faultline.event;

import io.faultline.artifact.ArtifactId;
import io.faultline.recipe.Recipe;

/**
 * A part of a job's data set is to be worked on; whoever finishes the last part puts them together.
 *
 * @param source the archive to read in place of the uploaded one, whose images can be had one by one; null where the upload's
 *     can, or nothing was uploaded
 * @param imagesPerShard most images of a shard, by which the data set was cut
 * @param shard 0 to {@code shards} − 1
 */
public record DatasetShard(JobId jobId, Recipe recipe, ArtifactId source, int imagesPerShard, int shard, int shards)
        implements WorkEvent {
    /** The CloudEvent's type. */
    public static final String TYPE = "io.faultline.dataset-shard.v1";

    public DatasetShard {
        if (shard < 0 || shard >= shards) {
            throw new IllegalArgumentException("shard is " + shard + "; allowed: 0 to " + (shards - 1));
        }
    }

    @Override
    public String eventId() {
        return jobId + "/shard/" + shard + "-of-" + shards;
    }

    @Override
    public String topic() {
        return Topics.JOB_SUBMITTED;
    }

    @Override
    public String type() {
        return TYPE;
    }
}
