package io.faultline.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Where and how this replica trains. */
@ConfigMapping(prefix = "faultline.trainer")
public interface TrainerConfig {
    /** Device that runs the jobs of this replica: {@code cpu}, or {@code gpu0} and so on. */
    @WithDefault("cpu")
    String device();

    /** Between two checkpoints within an epoch: what a killed replica has to repeat at most. */
    @WithDefault("30s")
    Duration checkpointInterval();
}
