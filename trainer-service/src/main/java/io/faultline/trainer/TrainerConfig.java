package io.faultline.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where this replica trains. */
@ConfigMapping(prefix = "faultline.trainer")
public interface TrainerConfig {
    /** Device that runs the jobs of this replica: {@code cpu}, or {@code gpu0} and so on. */
    @WithDefault("cpu")
    String device();
}
