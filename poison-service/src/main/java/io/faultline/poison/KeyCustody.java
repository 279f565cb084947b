package io.faultline.poison;

import io.faultline.poison.key.InvalidMasterKeyException;
import io.faultline.poison.key.MasterKey;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Holds the master key of this process. It is read when the service starts, so that a key that others may read, or one that is
 * none, stops the service before it takes work. Without any key the service starts: jobs with a seed or without poison need
 * none.
 */
@Startup
@ApplicationScoped
class KeyCustody {
    private static final Logger LOG = Logger.getLogger(KeyCustody.class);
    private static final String FILE_SETTING = "faultline.poison.master-key-file";
    private static final String KEY_SETTING = "faultline.poison.master-key-hex";

    private final MasterKey masterKey;

    /** @throws InvalidMasterKeyException for a key that is not fit for use, or two of them */
    @Inject
    KeyCustody(PoisonConfig config) {
        this(read(config));
        LOG.info(masterKey == null ? "no master key: keyed poison will be refused" : "keyId=" + masterKey.id());
    }

    KeyCustody(MasterKey masterKey) {
        this.masterKey = masterKey;
    }

    Optional<MasterKey> masterKey() {
        return Optional.ofNullable(masterKey);
    }

    private static MasterKey read(PoisonConfig config) {
        if (config.masterKeyFile().isPresent() && config.masterKeyHex().isPresent()) {
            throw InvalidMasterKeyException.ambiguous(FILE_SETTING, KEY_SETTING);
        }
        return config.masterKeyFile()
                .map(MasterKey::fromFile)
                .or(() -> config.masterKeyHex().map(key -> MasterKey.fromHex(key, KEY_SETTING)))
                .orElse(null);
    }
}
