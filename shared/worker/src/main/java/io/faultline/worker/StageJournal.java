package io.faultline.worker;

import io.faultline.json.FaultlineJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;

/** What a stage has found out so far, value by value, so that whoever goes on with its work finds each of them out once. */
public final class StageJournal {
    private final Checkpoints checkpoints;

    public StageJournal(Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    /** The value of this name: the one that was written before, or else what the work gives, which is written first. */
    public <T> T once(String name, Class<T> type, Supplier<T> work) {
        return find(name, type).orElseGet(() -> {
            T value = work.get();
            checkpoints.write(name, out -> out.write(FaultlineJson.canonicalBytes(value)));
            return value;
        });
    }

    private <T> Optional<T> find(String name, Class<T> type) {
        Optional<InputStream> kept = checkpoints.open(name);
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = kept.get()) {
            return Optional.of(FaultlineJson.read(in.readAllBytes(), type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
