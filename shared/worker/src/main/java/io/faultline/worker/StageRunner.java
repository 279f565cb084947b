package io.faultline.worker;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.CheckpointStore;
import io.faultline.artifact.ContentWriter;
import io.faultline.artifact.OutcomeLedger;
import io.faultline.event.JobId;
import io.faultline.event.WorkEvent;
import io.faultline.json.FaultlineJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Brings one work event to its report: by the outcome that is there already, or by running the stage and recording its
 * outcome; then tells it. Doing so twice, even at the same time, gives one report. The work of a scattered stage is told as
 * tasks, and the pod that finds all of their parts makes the report.
 */
final class StageRunner<E extends WorkEvent, R> implements WorkRunner<E> {
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

    @Override
    public void run(E event, TraceContext trace, StopSignal stop, boolean redelivered) {
        Fingerprint fingerprint = Fingerprint.of(stage, event);
        Optional<byte[]> recorded = stores.outcomes().find(fingerprint.sha256());
        if (recorded.isPresent()) {
            metrics.reused(stage.name());
            LOG.infof(
                    "the outcome is there already stage=%s fingerprint=%s jobId=%s",
                    stage.name(), fingerprint, event.jobId());
            conclude(event, recorded.get(), fingerprint, trace, stop);
        } else if (stage instanceof ScatteredStage<E, ?, ?, R> scattered) {
            scatter(scattered, event, fingerprint, trace, stop);
        } else {
            byte[] outcome = work(event, fingerprint, trace, stop, context -> outcome(event, fingerprint, context));
            conclude(event, outcome, fingerprint, trace, stop);
        }
    }

    /** A whole stage's checkpoints are kept: the same work, asked for again, goes on from them. */
    @Override
    public void abandon(E event) {
        if (stage instanceof ScatteredStage) {
            clearCheckpoints(checkpointsOf(event));
        }
    }

    /** What does the tasks of a scattered stage, of which this must be the runner. */
    <T extends WorkEvent, P> WorkRunner<T> tasks(ScatteredStage<E, T, P, R> scattered) {
        return new WorkRunner<>() {
            @Override
            public void run(T task, TraceContext trace, StopSignal stop, boolean redelivered) {
                runTask(scattered, task, trace, stop, redelivered);
            }

            @Override
            public void abandon(T task) {
                StageRunner.this.abandon(scattered.whole(task));
            }
        };
    }

    /**
     * Where the checkpoints of an event's work lie. Those of a scattered stage are its job's own: they may be as large as its
     * result, so they are taken away when the job fails, and what another job works on must not go with them.
     */
    private String checkpointsOf(E event) {
        Fingerprint fingerprint = Fingerprint.of(stage, event);
        return stage instanceof ScatteredStage ? fingerprint.of(event.jobId()) : fingerprint.sha256();
    }

    private <T extends WorkEvent> void scatter(
            ScatteredStage<E, T, ?, R> scattered,
            E event,
            Fingerprint fingerprint,
            TraceContext trace,
            StopSignal stop) {
        List<T> tasks = new ArrayList<>();
        Optional<byte[]> outcome = Optional.ofNullable(work(event, fingerprint, trace, stop, context -> {
            tasks.addAll(scattered.scatter(event, context));
            return tasks.size() > 1 ? null : outcome(event, fingerprint, context);
        }));
        if (outcome.isPresent()) {
            conclude(event, outcome.get(), fingerprint, trace, stop);
            return;
        }
        for (T task : tasks) {
            stop.throwIfStopped();
            facts.tell(task, trace);
        }
        LOG.infof(
                "scattered tasks=%d stage=%s fingerprint=%s jobId=%s",
                tasks.size(), stage.name(), fingerprint, event.jobId());
    }

    private <T extends WorkEvent, P> void runTask(
            ScatteredStage<E, T, P, R> scattered, T task, TraceContext trace, StopSignal stop, boolean redelivered) {
        E event = scattered.whole(task);
        Fingerprint fingerprint = Fingerprint.of(stage, event);
        Optional<byte[]> recorded = stores.outcomes().find(fingerprint.sha256());
        if (recorded.isPresent()) {
            // whoever gathered tells it; it may have ended in between, and then this was its record
            if (redelivered) {
                conclude(event, recorded.get(), fingerprint, trace, stop);
            }
            return;
        }
        Parts<P> parts = new Parts<>(checkpointsOf(event), scattered.partType(), scattered.siblings(task));
        Optional<byte[]> outcome = Optional.ofNullable(work(event, fingerprint, trace, stop, context -> {
            if (!parts.has(scattered.place(task))) {
                P part = scattered.runTask(task, context);
                stop.throwIfStopped();
                parts.put(scattered.place(task), part);
            }
            if (!parts.areAllThere() || !parts.isGatheredBy(scattered.place(task))) {
                return null;
            }
            R report = scattered.gather(task, parts.all(), context);
            return record(fingerprint, report, stop);
        }));
        outcome.ifPresent(bytes -> conclude(event, bytes, fingerprint, trace, stop));
        if (outcome.isEmpty() && stores.outcomes().find(fingerprint.sha256()).isPresent()) {
            // somebody else had this task too and is done: what was left since is of no use
            clearCheckpoints(checkpointsOf(event));
        }
    }

    private void conclude(E event, byte[] outcome, Fingerprint fingerprint, TraceContext trace, StopSignal stop) {
        clearCheckpoints(checkpointsOf(event));
        stop.throwIfStopped();
        facts.tell(stage.completed(event, Outcome.decode(stage, outcome)), trace);
    }

    private byte[] outcome(E event, Fingerprint fingerprint, Run context) {
        R report = stage.run(event, context);
        return record(fingerprint, report, context.stop);
    }

    private byte[] record(Fingerprint fingerprint, R report, StopSignal stop) {
        stop.throwIfStopped();
        return stores.outcomes().recordIfAbsent(fingerprint.sha256(), Outcome.encode(stage, report));
    }

    private <V> V work(E event, Fingerprint fingerprint, TraceContext trace, StopSignal stop, Function<Run, V> body) {
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
            V result = body.apply(new Run(event.jobId(), checkpointsOf(event), progress, stop));
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            metrics.ran(stage.name(), took);
            LOG.infof(
                    "stage ended in %s stage=%s fingerprint=%s jobId=%s",
                    took, stage.name(), fingerprint, event.jobId());
            return result;
        } finally {
            ticking.cancel(false);
        }
    }

    private void clearCheckpoints(String work) {
        try {
            stores.checkpoints().clear(work);
        } catch (ArtifactException e) {
            // the work has ended: what is left costs space only, and the job must not fail for it
            LOG.warnf("checkpoints of work that has ended are left behind: %s", e.getMessage());
        }
    }

    /** The parts that a scattered stage's tasks leave among its checkpoints. */
    private final class Parts<P> {
        private static final String GATHERER = "gatherer-of-";

        private final String work;
        private final Class<P> type;
        private final int count;

        Parts(String work, Class<P> type, int count) {
            this.work = work;
            this.type = type;
            this.count = count;
        }

        boolean has(int place) {
            Optional<InputStream> part = stores.checkpoints().open(work, name(place));
            part.ifPresent(Parts::close);
            return part.isPresent();
        }

        private static byte[] bytes(InputStream stream) {
            try (stream) {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void close(InputStream stream) {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void put(int place, P part) {
            byte[] json = FaultlineJson.canonicalBytes(part);
            stores.checkpoints().write(work, name(place), out -> out.write(json));
        }

        boolean areAllThere() {
            // from the end: tasks are taken about in order, so that the first look finds one missing
            return IntStream.iterate(count - 1, place -> place >= 0, place -> place - 1)
                    .allMatch(this::has);
        }

        /**
         * Whether it falls to this task to put the parts together: to the one that asks first. Its record is settled after that
         * alone, so that another pod does it if this one dies.
         */
        boolean isGatheredBy(int place) {
            byte[] own = Integer.toString(place).getBytes(StandardCharsets.US_ASCII);
            String name = GATHERER + count;
            if (stores.checkpoints().writeIfAbsent(work, name, out -> out.write(own))) {
                return true;
            }
            // one that did not survive binds nobody: a report that is made twice is the same
            return stores.checkpoints()
                    .open(work, name)
                    .map(Parts::bytes)
                    .map(first -> Arrays.equals(first, own))
                    .orElse(true);
        }

        List<P> all() {
            return IntStream.range(0, count).mapToObj(this::part).toList();
        }

        private P part(int place) {
            try (InputStream in = stores.checkpoints()
                    .open(work, name(place))
                    .orElseThrow(() -> new ArtifactException(
                            "part " + place + " of " + work + " is damaged or was taken away", null))) {
                return FaultlineJson.read(in.readAllBytes(), type);
            } catch (IOException e) {
                throw new ArtifactException("part " + place + " of " + work + " cannot be read: " + e, e);
            }
        }

        /** With the number of all: parts of work that was cut otherwise are no parts of this. */
        private String name(int place) {
            return String.format("part-%06d-of-%06d.json", place, count);
        }
    }

    private final class Run implements StageContext, Checkpoints {
        private final JobId jobId;
        private final String work;
        private final StageProgress progress;
        private final StopSignal stop;

        Run(JobId jobId, String work, StageProgress progress, StopSignal stop) {
            this.jobId = jobId;
            this.work = work;
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
        public RememberedValues remembered() {
            return new RememberedValues(stores.outcomes());
        }

        @Override
        public Optional<InputStream> open(String name) {
            return stores.checkpoints().open(work, name);
        }

        @Override
        public boolean exists(String name) {
            return stores.checkpoints().exists(work, name);
        }

        @Override
        public void write(String name, ContentWriter content) {
            stores.checkpoints().write(work, name, content);
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
