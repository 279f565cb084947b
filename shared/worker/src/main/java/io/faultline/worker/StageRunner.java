package io.faultline.worker;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.CheckpointStore;
import io.faultline.artifact.ContentWriter;
import io.faultline.artifact.OutcomeLedger;
import io.faultline.event.JobId;
import io.faultline.event.WorkEvent;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Brings one work event to its report: by the outcome that is there already, or by running the stage and recording its
 * outcome; then tells it. Doing so twice, even at the same time, gives one report.
 */
final class StageRunner<E extends WorkEvent, R> {
    private static final Logger LOG = Logger.getLogger(StageRunner.class);

    private final Stage<E, R> stage;
    private final Stores stores;
    private final Facts facts;
    private final StageMetrics metrics;
    private final ProgressPace pace;

    /** Where the work's bytes are kept. */
    record Stores(ArtifactStore artifacts, OutcomeLedger outcomes, CheckpointStore checkpoints) {}

    /**
     * When progress is told.
     *
     * @param ticker the thread that tells it, so that telling never holds up the work
     */
    record ProgressPace(Clock clock, Duration interval, Duration heartbeat, ScheduledExecutorService ticker) {}

    StageRunner(Stage<E, R> stage, Stores stores, Facts facts, StageMetrics metrics, ProgressPace pace) {
        this.stage = stage;
        this.stores = stores;
        this.facts = facts;
        this.metrics = metrics;
        this.pace = pace;
    }

    /**
     * Returns once the report is told.
     *
     * @throws StageStoppedException if the signal was given; nothing is told then
     * @throws RuntimeException what the stage, a store or the telling threw
     */
    void run(E event, TraceContext trace, StopSignal stop) {
        Fingerprint fingerprint = Fingerprint.of(stage, event);
        Optional<byte[]> recorded = stores.outcomes().find(fingerprint.sha256());
        if (recorded.isPresent()) {
            metrics.reused(stage.name());
            LOG.infof(
                    "the outcome is there already stage=%s fingerprint=%s jobId=%s",
                    stage.name(), fingerprint, event.jobId());
        }
        byte[] outcome = recorded.isPresent() ? recorded.get() : work(event, fingerprint, trace, stop);
        clearCheckpoints(fingerprint);
        stop.throwIfStopped();
        facts.tell(stage.completed(event, Outcome.decode(stage, outcome)), trace);
    }

    private byte[] work(E event, Fingerprint fingerprint, TraceContext trace, StopSignal stop) {
        LOG.infof("stage begins stage=%s fingerprint=%s jobId=%s", stage.name(), fingerprint, event.jobId());
        StageProgress progress = new StageProgress(
                event.jobId(),
                stage.name(),
                pace.clock(),
                pace.interval(),
                pace.heartbeat(),
                progressed -> facts.mention(progressed, trace));
        progress.begin("starting", 0, "steps");
        progress.tick();
        // twice per interval, so that an event is late by half an interval at most
        long tickMillis = Math.max(1, pace.interval().toMillis() / 2);
        Future<?> ticking =
                pace.ticker().scheduleAtFixedRate(progress::tick, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
        long begun = System.nanoTime();
        try {
            stop.throwIfStopped();
            R report = stage.run(event, new Run(event.jobId(), fingerprint, progress, stop));
            stop.throwIfStopped();
            byte[] outcome = stores.outcomes().recordIfAbsent(fingerprint.sha256(), Outcome.encode(stage, report));
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            metrics.ran(stage.name(), took);
            LOG.infof(
                    "stage ended in %s stage=%s fingerprint=%s jobId=%s",
                    took, stage.name(), fingerprint, event.jobId());
            return outcome;
        } finally {
            ticking.cancel(false);
        }
    }

    private void clearCheckpoints(Fingerprint fingerprint) {
        try {
            stores.checkpoints().clear(fingerprint.sha256());
        } catch (ArtifactException e) {
            // the outcome is recorded: what is left costs space only, and the job must not fail for it
            LOG.warnf("checkpoints of a finished stage are left behind: %s", e.getMessage());
        }
    }

    private final class Run implements StageContext, Checkpoints {
        private final JobId jobId;
        private final Fingerprint fingerprint;
        private final StageProgress progress;
        private final StopSignal stop;

        Run(JobId jobId, Fingerprint fingerprint, StageProgress progress, StopSignal stop) {
            this.jobId = jobId;
            this.fingerprint = fingerprint;
            this.progress = progress;
            this.stop = stop;
        }

        @Override
        public JobId jobId() {
            return jobId;
        }

        @Override
        public ArtifactStore artifacts() {
            return stores.artifacts();
        }

        @Override
        public Checkpoints checkpoints() {
            return this;
        }

        @Override
        public Optional<InputStream> open(String name) {
            return stores.checkpoints().open(fingerprint.sha256(), name);
        }

        @Override
        public void write(String name, ContentWriter content) {
            stores.checkpoints().write(fingerprint.sha256(), name, content);
        }

        @Override
        public ProgressPhase beginPhase(String phase, long total, String unit) {
            return progress.begin(phase, total, unit);
        }

        @Override
        public void throwIfStopped() {
            stop.throwIfStopped();
        }
    }
}
