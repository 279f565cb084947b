package io.faultline.worker;

import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * How far one run of a stage is. The stage only notes figures; {@link #tick()}, called by a clock, tells them: changes at
 * most once per interval, and the same again after a heartbeat, so that a watcher can tell a slow worker from a dead one.
 * At most one event is on its way; what changes meanwhile goes out with the next. Safe for several threads.
 */
final class StageProgress {
    private static final Logger LOG = Logger.getLogger(StageProgress.class);

    private final JobId jobId;
    private final StageName stage;
    private final Clock clock;
    private final Duration interval;
    private final Duration heartbeat;
    private final Function<JobProgressed, CompletionStage<Void>> telling;

    private final Map<String, Double> metrics = new TreeMap<>();
    private Phase current;
    private boolean changed;
    private boolean onItsWay;
    private boolean failureLogged;
    private Instant lastTold = Instant.MIN;

    /**
     * @param interval shortest time between two events
     * @param heartbeat longest time between two events
     * @param telling sends an event without waiting for it
     */
    StageProgress(
            JobId jobId,
            StageName stage,
            Clock clock,
            Duration interval,
            Duration heartbeat,
            Function<JobProgressed, CompletionStage<Void>> telling) {
        this.jobId = jobId;
        this.stage = stage;
        this.clock = clock;
        this.interval = interval;
        this.heartbeat = heartbeat;
        this.telling = telling;
    }

    /** Ends the phase before and begins another; it is told at the next tick. */
    synchronized ProgressPhase begin(String phase, long total, String unit) {
        if (total < 0) {
            throw new IllegalArgumentException("total is " + total + "; allowed: 0 for unknown, or more");
        }
        current = new Phase(phase, total, unit, clock.instant());
        changed = true;
        return current;
    }

    /** Tells what there is to tell now. Never fails. */
    void tick() {
        JobProgressed event;
        synchronized (this) {
            Instant now = clock.instant();
            if (current == null || onItsWay || !due(now)) {
                return;
            }
            changed = false;
            onItsWay = true;
            lastTold = now;
            event = current.at(now);
        }
        send(event).whenComplete((told, failure) -> arrived(failure));
    }

    private boolean due(Instant now) {
        if (lastTold.equals(Instant.MIN)) {
            return true;
        }
        Duration silence = Duration.between(lastTold, now);
        return silence.compareTo(changed ? interval : heartbeat) >= 0;
    }

    private CompletionStage<Void> send(JobProgressed event) {
        try {
            return telling.apply(event);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized void arrived(Throwable failure) {
        onItsWay = false;
        if (failure != null && !failureLogged) {
            failureLogged = true;
            LOG.warnf("progress is not told, the work goes on: %s jobId=%s", failure, jobId);
        }
    }

    private final class Phase implements ProgressPhase {
        private final String name;
        private final long total;
        private final String unit;
        private final Instant begun;
        private long done;
        private long doneBefore;

        Phase(String name, long total, String unit, Instant begun) {
            this.name = name;
            this.total = total;
            this.unit = unit;
            this.begun = begun;
        }

        @Override
        public void advance(long units) {
            if (units < 0) {
                throw new IllegalArgumentException("units is " + units + "; work cannot be undone");
            }
            synchronized (StageProgress.this) {
                done += units;
                changed = true;
            }
        }

        @Override
        public void resume(long units) {
            if (units < 0) {
                throw new IllegalArgumentException("units is " + units + "; work cannot be undone");
            }
            synchronized (StageProgress.this) {
                doneBefore += units;
                changed = true;
            }
        }

        @Override
        public void measured(String metric, double value) {
            synchronized (StageProgress.this) {
                metrics.put(metric, value);
                changed = true;
            }
        }

        private JobProgressed at(Instant now) {
            double seconds = Duration.between(begun, now).toNanos() / 1e9;
            double rate = done > 0 && seconds > 0 ? done / seconds : 0;
            long all = doneBefore + done;
            Double left = total > 0 && rate > 0 ? Double.valueOf(Math.max(0, total - all) / rate) : null;
            return new JobProgressed(jobId, stage, now, name, all, total, unit, rate, left, metrics);
        }
    }
}
