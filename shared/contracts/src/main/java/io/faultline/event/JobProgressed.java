package io.faultline.event;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a stage of a job is.
 *
 * @param phase what the stage is at, for people, such as "epoch 3 of 10"
 * @param done units finished in this phase
 * @param total units of this phase; 0 if unknown
 * @param unit what is counted, such as "images"
 * @param ratePerSecond units per second over this phase; 0 before the first
 * @param secondsLeft estimate for this phase; null while unknown
 * @param metrics what was measured so far, such as loss or accuracy in percent, by name
 */
public record JobProgressed(
        JobId jobId,
        StageName stage,
        Instant at,
        String phase,
        long done,
        long total,
        String unit,
        double ratePerSecond,
        Double secondsLeft,
        Map<String, Double> metrics)
        implements JobEvent {
    public JobProgressed {
        metrics = metrics == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(metrics));
    }

    @Override
    public String eventId() {
        return jobId + "/progress/" + stage + "/" + at;
    }

    @Override
    public String topic() {
        return Topics.JOB_PROGRESS;
    }
}
