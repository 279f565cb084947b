package io.faultline.worker;

import io.faultline.event.WorkEvent;

/** Does what a work event asks for. */
interface WorkRunner<E extends WorkEvent> {
    /**
     * Returns once what follows from the work is told.
     *
     * @param redelivered whether somebody may have had this very record before
     * @throws StageStoppedException if the signal was given; nothing is told then
     * @throws RuntimeException what the stage, a store or the telling threw
     */
    void run(E event, TraceContext trace, StopSignal stop, boolean redelivered);

    /** Takes away what is of no use once the event's job has failed or was cancelled. Never throws. */
    void abandon(E event);
}
