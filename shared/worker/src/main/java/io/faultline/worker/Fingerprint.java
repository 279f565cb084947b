package io.faultline.worker;

import io.faultline.event.WorkEvent;
import io.faultline.json.FaultlineJson;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * The name of a piece of work: equal for equal work, whoever asks for it, and another one as soon as anything differs that
 * the report depends on. SHA-256 of the canonical JSON of {@code {artifacts, settings, stage, version}}.
 *
 * @param sha256 64 lower-case hexadecimal digits
 */
record Fingerprint(String sha256) {
    static <E extends WorkEvent> Fingerprint of(Stage<E, ?> stage, E event) {
        StageInput input = stage.input(event);
        byte[] canonical = FaultlineJson.canonicalBytes(Map.of(
                "stage", stage.name(),
                "version", stage.version(),
                "artifacts", input.artifacts(),
                "settings", input.settings()));
        try {
            return new Fingerprint(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(canonical)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return sha256;
    }
}
