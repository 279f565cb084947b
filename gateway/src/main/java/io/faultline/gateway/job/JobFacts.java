package io.faultline.gateway.job;

import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.WorkEvent;
import io.faultline.gateway.GatewayConfig;
import io.faultline.job.JobState;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * What the world tells of the jobs. Each fact has its effect once: the id of its event and the change of the job are one
 * transaction. Progress needs no id, since the newest wins. A fact of a job that is not known here is passed over.
 */
@ApplicationScoped
public class JobFacts {
    private static final Logger LOG = Logger.getLogger(JobFacts.class);

    private final JobRows rows;
    private final WorkRows works;
    private final ProcessedEvents processed;
    private final JobFeed feed;
    private final JobMetrics metrics;
    private final GatewayConfig config;
    private final Clock clock;

    JobFacts(
            JobRows rows,
            WorkRows works,
            ProcessedEvents processed,
            JobFeed feed,
            JobMetrics metrics,
            GatewayConfig config,
            Clock clock) {
        this.rows = rows;
        this.works = works;
        this.processed = processed;
        this.feed = feed;
        this.metrics = metrics;
        this.config = config;
        this.clock = clock;
    }

    /** @param payload the event's data as it came, to be told again if need be */
    public void workReady(String eventId, WorkEvent event, String payload) {
        once(eventId, event.topic(), event.jobId(), lifecycle -> lifecycle.workReady(event), row -> {
            works.keep(event, payload);
            heard(row);
        });
    }

    public void progressed(JobProgressed event) {
        metrics.consumed(event.topic());
        publish(QuarkusTransaction.requiringNew()
                .call(() -> step(event.jobId(), lifecycle -> lifecycle.progressed(event), this::heard)));
    }

    public void completed(String eventId, JobCompleted event) {
        once(eventId, event.topic(), event.jobId(), lifecycle -> lifecycle.completed(event), this::ended);
    }

    public void failed(String eventId, JobFailed event) {
        once(eventId, event.topic(), event.jobId(), lifecycle -> lifecycle.failed(event), this::ended);
    }

    private void once(
            String eventId, String topic, JobId job, UnaryOperator<JobLifecycle> change, Consumer<JobRow> consequence) {
        metrics.consumed(topic);
        publish(QuarkusTransaction.requiringNew().call(() -> {
            if (!processed.first(eventId, now())) {
                metrics.duplicate(topic);
                LOG.debugf("event came again and was dropped eventId=%s", eventId);
                return Optional.empty();
            }
            return step(job, change, consequence);
        }));
    }

    private Optional<JobView> step(JobId job, UnaryOperator<JobLifecycle> change, Consumer<JobRow> consequence) {
        Optional<JobRow> known = rows.lock(job);
        if (known.isEmpty()) {
            LOG.infof("fact of a job that is not known here was passed over jobId=%s", job);
            return Optional.empty();
        }
        JobRow row = known.get();
        JobLifecycle before = row.lifecycle();
        JobLifecycle after = change.apply(before);
        if (after == before) {
            return Optional.empty();
        }
        row.become(after, now());
        consequence.accept(row);
        rows.flush();
        if (before.state() != after.state() || before.stage() != after.stage()) {
            LOG.infof("job is %s in stage %s jobId=%s", after.state(), after.stage(), job);
        }
        return Optional.of(row.view());
    }

    private void heard(JobRow row) {
        row.reemissions = 0;
        row.lookAt = now().plus(row.state == JobState.RUNNING ? config.heartbeatTimeout() : config.queueTimeout());
    }

    private void ended(JobRow row) {
        row.lookAt = null;
        works.deleteById(row.id);
    }

    private void publish(Optional<JobView> changed) {
        changed.ifPresent(feed::publish);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
