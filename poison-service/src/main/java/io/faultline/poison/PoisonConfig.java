package io.faultline.poison;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Where the service finds its master key: in one of two places, or nowhere. */
@ConfigMapping(prefix = "faultline.poison")
public interface PoisonConfig {
    /** A file that only the service's user may read: 64 hexadecimal digits or 32 raw bytes. */
    Optional<Path> masterKeyFile();

    /** The key itself as 64 hexadecimal digits, for secrets that come as environment variables. */
    Optional<String> masterKeyHex();
}
