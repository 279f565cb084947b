package io.faultline.gateway.job;

import io.faultline.gateway.GatewayConfig;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Looks for jobs that nothing is heard of and has their work told again, since the broker may have dropped its record without
 * a word. Whoever did have it loses nothing: the same work has one outcome.
 */
@ApplicationScoped
class JobWatch {
    private static final Logger LOG = Logger.getLogger(JobWatch.class);
    private static final int BATCH = 50;

    private final JobRows rows;
    private final WorkRows works;
    private final Outbox outbox;
    private final ProcessedEvents processed;
    private final JobFeed feed;
    private final JobMetrics metrics;
    private final GatewayConfig config;
    private final Clock clock;
    private final WatchRule rule;
    private volatile Instant firstLook = Instant.MAX;

    JobWatch(
            JobRows rows,
            WorkRows works,
            Outbox outbox,
            ProcessedEvents processed,
            JobFeed feed,
            JobMetrics metrics,
            GatewayConfig config,
            Clock clock) {
        this.rows = rows;
        this.works = works;
        this.outbox = outbox;
        this.processed = processed;
        this.feed = feed;
        this.metrics = metrics;
        this.config = config;
        this.clock = clock;
        this.rule = new WatchRule(config.heartbeatTimeout(), config.queueTimeout(), config.reemissionLimit());
    }

    void started(@Observes StartupEvent started) {
        // what the workers said while this gateway was away has to be read first
        firstLook = clock.instant().plus(config.heartbeatTimeout());
    }

    @Scheduled(
            every = "${faultline.gateway.watch-interval:5S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    void look() {
        if (clock.instant().isAfter(firstLook)) {
            QuarkusTransaction.requiringNew().call(this::lookAtSilentJobs).forEach(feed::publish);
        }
    }

    @Scheduled(
            every = "5S",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    void observe() {
        QuarkusTransaction.requiringNew().run(() -> metrics.observed(rows.countByState(), outbox.backlog()));
    }

    @Scheduled(
            every = "1H",
            delayed = "1M",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    void forget() {
        int forgotten = QuarkusTransaction.requiringNew()
                .call(() -> processed.forgetBefore(clock.instant().minus(config.processedEventRetention())));
        LOG.debugf("forgot %d ids of processed events", forgotten);
    }

    private List<JobView> lookAtSilentJobs() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<JobRow> silent = rows.lockSilent(now, BATCH);
        silent.forEach(row -> attend(row, now));
        rows.flush();
        return silent.stream().map(JobRow::view).toList();
    }

    private void attend(JobRow row, Instant now) {
        JobLifecycle before = row.lifecycle();
        JobLifecycle after = before.heartbeatLost();
        if (after != before) {
            LOG.warnf("worker fell silent, the job waits again jobId=%s stage=%s", row.id, row.stage);
            row.become(after, now);
            rows.flush();
        }
        WatchRule.Verdict verdict =
                rule.judge(before, outbox.holdsAnyOf(row.jobId()), rows.anyRunningIn(row.stage), row.reemissions);
        row.lookAt = verdict.lookAgain() == null ? null : now.plus(verdict.lookAgain());
        switch (verdict.action()) {
            case WAIT -> LOG.debugf("nothing heard of a job, which is well jobId=%s stage=%s", row.id, row.stage);
            case REEMIT -> tellAgain(row);
            case GIVE_UP ->
                LOG.errorf(
                        "nothing heard of a job after its work was told again %d times; see that a worker of its stage runs"
                                + " jobId=%s stage=%s",
                        row.reemissions, row.id, row.stage);
        }
    }

    private void tellAgain(JobRow row) {
        outbox.append(row.jobId(), works.findById(row.id), row.traceparent);
        row.reemissions++;
        metrics.reemitted();
        LOG.warnf(
                "nothing heard of a job, its work is told again jobId=%s stage=%s time=%d",
                row.id, row.stage, row.reemissions);
    }
}
