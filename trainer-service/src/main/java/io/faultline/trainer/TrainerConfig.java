package io.faultline.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Where and how this replica trains. */
@ConfigMapping(prefix = "faultline.trainer")
public interface TrainerConfig {
    /**
     * What runs the jobs of this replica: {@code cpu}, {@code gpu0} and so on, or several GPUs of this pod, such as
     * {@code gpu0,gpu1}, among which every batch is divided.
     */
    @WithDefault("cpu")
    String device();

    /** Between two checkpoints within an epoch: what a killed replica has to repeat at most. */
    @WithDefault("30s")
    Duration checkpointInterval();
}
