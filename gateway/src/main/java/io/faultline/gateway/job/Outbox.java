package io.faultline.gateway.job;

import io.faultline.event.JobEvent;
import io.faultline.event.JobId;
import io.faultline.gateway.GatewayConfig;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import org.hibernate.Session;

/**
 * The events that leave with the transaction that decided them: a row here is as durable as the decision, and a relay takes
 * it to the broker. All methods belong inside a transaction.
 */
@ApplicationScoped
public class Outbox implements PanacheRepositoryBase<OutboxRow, Long> {
    private final Event<OutboxAppended> appended;
    private final JobRows jobs;
    private final GatewayConfig config;
    private final Clock clock;

    Outbox(Event<OutboxAppended> appended, JobRows jobs, GatewayConfig config, Clock clock) {
        this.appended = appended;
        this.jobs = jobs;
        this.config = config;
        this.clock = clock;
    }

    void append(JobEvent event, String traceparent) {
        append(event.jobId(), event.topic(), event.eventId(), event.type(), JobRow.write(event), traceparent);
    }

    /** Tells again, byte for byte, what was told before. */
    void append(JobId job, WorkRow work, String traceparent) {
        append(job, work.topic, work.eventId, work.eventType, work.payload, traceparent);
    }

    private void append(JobId job, String topic, String eventId, String type, String payload, String traceparent) {
        OutboxRow row = new OutboxRow();
        row.jobId = job.value();
        row.topic = topic;
        row.eventId = eventId;
        row.eventType = type;
        row.payload = payload;
        row.traceparent = traceparent;
        row.createdAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        persist(row);
        appended.fire(new OutboxAppended());
    }

    boolean holdsAnyOf(JobId job) {
        return count("jobId", job.value()) > 0;
    }

    /**
     * The oldest event of each job, locked until the transaction ends; those that another gateway has in hand are left out. A
     * job's next event follows only when this one is gone, so each job's events keep their order.
     */
    public List<OutboxEvent> lockOldestOfEachJob(int limit) {
        return getEntityManager()
                .unwrap(Session.class)
                .createNativeQuery("""
                        select * from outbox o
                        where not exists (select 1 from outbox e where e.job_id = o.job_id and e.id < o.id)
                        order by o.id limit :limit for update skip locked""", OutboxRow.class)
                .setParameter("limit", limit)
                .getResultList()
                .stream()
                .map(row -> new OutboxEvent(
                        row.id,
                        row.jobId,
                        row.topic,
                        row.eventId,
                        row.eventType,
                        row.payload,
                        row.traceparent,
                        row.createdAt))
                .toList();
    }

    /** The broker has acknowledged these. */
    public void delivered(Collection<OutboxEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        delete("id in ?1", events.stream().map(OutboxEvent::id).toList());
        jobs.delivered(
                events.stream().map(OutboxEvent::jobId).toList(),
                clock.instant().plus(config.queueTimeout()));
    }

    /** How much waits here. */
    public Backlog backlog() {
        Instant oldest = getEntityManager()
                .createQuery("select min(createdAt) from OutboxRow", Instant.class)
                .getSingleResult();
        Duration age = oldest == null ? Duration.ZERO : Duration.between(oldest, clock.instant());
        return new Backlog(count(), age.isNegative() ? Duration.ZERO : age);
    }

    /** @param oldest age of the oldest event; zero of none */
    public record Backlog(long events, Duration oldest) {}
}
