package io.faultline.worker;

import io.faultline.artifact.ArtifactStore;
import io.faultline.event.JobId;

/** What a stage may use while it runs. */
public interface StageContext {
    JobId jobId();

    ArtifactStore artifacts();

    /** Checkpoints of this piece of work, whoever left them. */
    Checkpoints checkpoints();

    /** What any job's work may leave for every other's. */
    RememberedValues remembered();

    /**
     * Announces a phase of the work; the one before it ends.
     *
     * @param phase for people, such as "epoch 3 of 10"
     * @param total units of work in it; 0 if unknown
     * @param unit what is counted, such as "images"
     */
    ProgressPhase beginPhase(String phase, long total, String unit);

    /**
     * @throws StageStoppedException if the job was cancelled, the record's lock was lost, or the process is shutting down
     */
    void throwIfStopped();
}
