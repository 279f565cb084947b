package io.faultline.poison;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the service finds its master key, in one of two places or nowhere, and how it cuts its work. */
@ConfigMapping(prefix = "faultline.poison")
public interface PoisonConfig {
    /** A file that only the service's user may read: 64 hexadecimal digits or 32 raw bytes. */
    Optional<Path> masterKeyFile();

    /** The key itself as 64 hexadecimal digits, for secrets that come as environment variables. */
    Optional<String> masterKeyHex();

    /** Files of master keys that were in use before, for data sets that were protected with them. */
    Optional<List<Path>> previousKeyFiles();

    /**
     * Most images of a shard, the part of a data set that one pod takes at a time and loses if it is killed. Pods may differ in
     * it: who cuts a job's data set says how it is cut.
     */
    @WithDefault("4096")
    int shardImages();
}
