package io.faultline.worker;

import io.faultline.event.JobId;
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
    /** The name of one job's own share in this work. */
    String of(JobId job) {
        return sha256(FaultlineJson.canonicalBytes(Map.of("fingerprint", sha256, "job", job)));
    }

    static <E extends WorkEvent> Fingerprint of(Stage<E, ?> stage, E event) {
        StageInput input = stage.input(event);
        byte[] canonical = FaultlineJson.canonicalBytes(Map.of(
                "stage", stage.name(),
                "version", stage.version(),
                "artifacts", input.artifacts(),
                "settings", input.settings()));
        return new Fingerprint(sha256(canonical));
    }

    /** The name of a value that the input alone leads to, such as a part of a stage's work. */
    static Fingerprint of(String what, StageInput input) {
        byte[] canonical = FaultlineJson.canonicalBytes(
                Map.of("what", what, "artifacts", input.artifacts(), "settings", input.settings()));
        return new Fingerprint(sha256(canonical));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return sha256;
    }
}
