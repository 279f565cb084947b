package io.faultline.gateway.job;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** An event that was decided and is not yet with the broker. */
@Entity
@Table(name = "outbox")
class OutboxRow {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Column(name = "job_id")
    UUID jobId;

    String topic;

    @Column(name = "event_id")
    String eventId;

    @Column(name = "event_type")
    String eventType;

    String payload;

    String traceparent;

    @Column(name = "created_at")
    Instant createdAt;
}
