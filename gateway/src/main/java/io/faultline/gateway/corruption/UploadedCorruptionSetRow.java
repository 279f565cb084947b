package io.faultline.gateway.corruption;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What was found in an accepted upload. */
@Entity
@Table(name = "uploaded_corruption_set")
class UploadedCorruptionSetRow {
    @Id
    String sha256;

    @Column(name = "uploaded_at")
    Instant uploadedAt;

    /** {@link io.faultline.job.UploadedCorruptionSet} as JSON. */
    String description;
}
