package io.faultline.gateway.job;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** The fact that the stage a job is in began with, as it was told. */
@Entity
@Table(name = "work_record")
class WorkRow {
    @Id
    @Column(name = "job_id")
    UUID jobId;

    String topic;

    @Column(name = "event_id")
    String eventId;

    @Column(name = "event_type")
    String eventType;

    String payload;
}
