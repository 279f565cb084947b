package io.faultline.worker;

import io.faultline.event.JobEvent;
import io.faultline.event.StageName;
import io.faultline.event.WorkEvent;

/**
 * What a service does: a pure function from a work event to a report, run by the {@link StageRunner} of its process. All of
 * its randomness comes from the recipe's seed, so that a second run of the same event gives the same report.
 *
 * @param <E> the work event it consumes
 * @param <R> the report it makes, a record that has a JSON form
 */
public interface Stage<E extends WorkEvent, R> {
    StageName name();

    Class<E> eventType();

    Class<R> reportType();

    /** The work topic it consumes. */
    String topic();

    /** The CloudEvent type of the events it consumes, by which they are told from others on the topic. */
    default String cloudEventType() {
        return "io.faultline." + topic() + ".v1";
    }

    /** Version of the algorithm: raised by every change after which the same inputs may give another report. */
    int version();

    /** Everything the report depends on. */
    StageInput input(E event);

    /**
     * Does the work. It reports progress, leaves checkpoints, and asks {@link StageContext#throwIfStopped()} at least every
     * few seconds.
     *
     * @throws WorkRejectedException if the recipe or the data cannot be worked on: the job fails, without another try
     * @throws StageStoppedException out of {@link StageContext#throwIfStopped()}
     * @throws RuntimeException an artifact or I/O failure is tried again; any other is a bug and fails the job
     */
    R run(E event, StageContext context);

    /** The fact to tell when the report is there: the next stage's work event, or the job's completion. */
    JobEvent completed(E event, R report);
}
