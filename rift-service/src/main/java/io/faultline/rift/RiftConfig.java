package io.faultline.rift;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where and how this replica refines. */
@ConfigMapping(prefix = "faultline.rift")
public interface RiftConfig {
    /** Device that runs the work of this replica: {@code cpu}, or {@code gpu0} and so on. */
    @WithDefault("cpu")
    String device();

    /**
     * Memory for the activations that enter a module, which are computed once and read in every round; what does not fit lies in
     * the temporary directory.
     */
    @WithDefault("1G")
    MemorySize activationMemory();
}
