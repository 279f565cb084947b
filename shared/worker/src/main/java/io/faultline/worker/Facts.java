package io.faultline.worker;

import io.faultline.event.JobEvent;
import io.faultline.event.JobProgressed;
import java.util.concurrent.CompletionStage;

/** Where a worker tells the world what happened. */
interface Facts {
    /**
     * Tells a fact; when this returns, the broker keeps it.
     *
     * @throws FactNotToldException if the broker does not confirm it in time, or the waiting is interrupted
     */
    void tell(JobEvent event, TraceContext trace);

    /** Tells how far a stage is, without waiting; the result may fail, and then nobody is told. */
    CompletionStage<Void> mention(JobProgressed progress, TraceContext trace);

    /**
     * Keeps a record that nobody will work on; when this returns, the broker keeps it.
     *
     * @throws FactNotToldException if the broker does not confirm it in time, or the waiting is interrupted
     */
    void bury(DeadLetter letter);
}
