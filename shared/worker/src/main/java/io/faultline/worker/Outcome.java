package io.faultline.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.event.StageName;
import io.faultline.json.FaultlineJson;
import java.io.IOException;

/**
 * What the ledger keeps of a finished stage: the report, and for people which stage of which version made it.
 *
 * @param report the stage's report as JSON
 */
record Outcome(StageName stage, int version, JsonNode report) {
    static byte[] encode(Stage<?, ?> stage, Object report) {
        return FaultlineJson.canonicalBytes(new Outcome(
                stage.name(), stage.version(), FaultlineJson.mapper().valueToTree(report)));
    }

    /** @throws IllegalStateException if the bytes are not an outcome of this stage */
    static <R> R decode(Stage<?, R> stage, byte[] outcome) {
        try {
            JsonNode report =
                    FaultlineJson.mapper().readValue(outcome, Outcome.class).report();
            R decoded = report == null ? null : FaultlineJson.mapper().treeToValue(report, stage.reportType());
            if (decoded == null) {
                throw new IllegalStateException("the recorded outcome has no report");
            }
            return decoded;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "the recorded outcome is not a " + stage.reportType().getSimpleName()
                            + ": when the report's form changes, the stage's version must be raised",
                    e);
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory cannot fail to be read", e);
        }
    }
}
