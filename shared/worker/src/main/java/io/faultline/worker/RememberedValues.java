package io.faultline.worker;

import io.faultline.artifact.OutcomeLedger;
import io.faultline.json.FaultlineJson;
import java.util.function.Supplier;

/**
 * Values that one job has worked out and every later one finds: parts of a stage's work that several stages' inputs have in
 * common.
 */
public final class RememberedValues {
    private final OutcomeLedger outcomes;

    public RememberedValues(OutcomeLedger outcomes) {
        this.outcomes = outcomes;
    }

    /**
     * The value that the input leads to: the one that was recorded before, or else what the work gives, which is recorded. Of two
     * who work it out at once both get the first's.
     *
     * @param what the kind of value, with the version of what works it out
     * @param input everything the value depends on
     */
    public <T> T value(String what, StageInput input, Class<T> type, Supplier<T> work) {
        String fingerprint = Fingerprint.of(what, input).sha256();
        byte[] recorded = outcomes.find(fingerprint)
                .orElseGet(() -> outcomes.recordIfAbsent(fingerprint, FaultlineJson.canonicalBytes(work.get())));
        return FaultlineJson.read(recorded, type);
    }
}
