package io.faultline.gateway.dataset;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What was found in an accepted upload. */
@Entity
@Table(name = "uploaded_dataset")
class UploadedDatasetRow {
    @Id
    String sha256;

    @Column(name = "uploaded_at")
    Instant uploadedAt;

    /** {@link io.faultline.job.UploadedDataset} as JSON. */
    String description;
}
