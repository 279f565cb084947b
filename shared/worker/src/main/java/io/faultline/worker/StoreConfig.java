package io.faultline.worker;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** Where artifacts, outcomes and checkpoints are kept. */
@ConfigMapping(prefix = "faultline.store")
public interface StoreConfig {
    /** A directory on one volume that all services of the cluster see. */
    Path directory();
}
