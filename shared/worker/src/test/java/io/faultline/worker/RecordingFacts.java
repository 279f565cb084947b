package io.faultline.worker;

import io.faultline.event.JobEvent;
import io.faultline.event.JobProgressed;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Facts that stay in memory, and a broker that a test can take away. */
final class RecordingFacts implements Facts {
    final List<JobEvent> told = new CopyOnWriteArrayList<>();
    final List<TraceContext> traces = new CopyOnWriteArrayList<>();
    final List<JobProgressed> mentioned = new CopyOnWriteArrayList<>();
    final List<DeadLetter> buried = new CopyOnWriteArrayList<>();
    private volatile boolean away;

    void brokerGoesAway() {
        away = true;
    }

    @Override
    public void tell(JobEvent event, TraceContext trace) {
        failIfAway();
        told.add(event);
        traces.add(trace);
    }

    @Override
    public CompletionStage<Void> mention(JobProgressed progress, TraceContext trace) {
        if (away) {
            return CompletableFuture.failedFuture(new IllegalStateException("no broker"));
        }
        mentioned.add(progress);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void bury(DeadLetter letter) {
        failIfAway();
        buried.add(letter);
    }

    private void failIfAway() {
        if (away) {
            throw new FactNotToldException("no broker", null);
        }
    }
}
