package io.faultline.gateway;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** Where the cluster's artifacts lie, the same for all services. */
@ConfigMapping(prefix = "faultline.store")
public interface StoreConfig {
    /** Directory that all services share. */
    Path directory();
}
