package io.faultline.poison;

import io.faultline.poison.key.InvalidMasterKeyException;
import io.faultline.poison.key.MasterKey;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Holds the master key of this process, and those that were in use before it. It is read when the service starts, so that a key that others may read, or one that is
 * none, stops the service before it takes work. Without any key the service starts: jobs with a seed or without poison need
 * none.
 */
@Startup
@ApplicationScoped
class KeyCustody {
    private static final Logger LOG = Logger.getLogger(KeyCustody.class);
    private static final String FILE_SETTING = "faultline.poison.master-key-file";
    private static final String KEY_SETTING = "faultline.poison.master-key-hex";

    /** By id, the newest first; empty without a key. */
    private final Map<String, MasterKey> keys = new LinkedHashMap<>();

    /** @throws InvalidMasterKeyException for a key that is not fit for use, or two of them where one is expected */
    @Inject
    KeyCustody(PoisonConfig config) {
        read(config).ifPresent(this::add);
        config.previousKeyFiles().ifPresent(files -> {
            if (keys.isEmpty()) {
                throw InvalidMasterKeyException.onlyPrevious(FILE_SETTING);
            }
            files.stream().map(MasterKey::fromFile).forEach(this::add);
        });
        LOG.info(keys.isEmpty() ? "no master key: keyed poison will be refused" : "keyIds=" + keys.keySet());
    }

    /** @param masterKey null for none */
    KeyCustody(MasterKey masterKey) {
        if (masterKey != null) {
            add(masterKey);
        }
    }

    /** The key that new data sets are protected with. */
    Optional<MasterKey> masterKey() {
        return keys.values().stream().findFirst();
    }

    /** A key by its id, whether it is still the newest or not. */
    Optional<MasterKey> masterKey(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    /** Of all keys, the newest first. */
    List<String> ids() {
        return List.copyOf(keys.keySet());
    }

    private void add(MasterKey key) {
        keys.putIfAbsent(key.id(), key);
    }

    private static Optional<MasterKey> read(PoisonConfig config) {
        if (config.masterKeyFile().isPresent() && config.masterKeyHex().isPresent()) {
            throw InvalidMasterKeyException.ambiguous(FILE_SETTING, KEY_SETTING);
        }
        return config.masterKeyFile().map(MasterKey::fromFile).or(() -> config.masterKeyHex()
                .map(key -> MasterKey.fromHex(key, KEY_SETTING)));
    }
}
