package io.faultline.gateway.job;

import io.faultline.event.WorkEvent;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** The last work event of each job that has not ended. */
@ApplicationScoped
class WorkRows implements PanacheRepositoryBase<WorkRow, UUID> {
    /** Keeps an event as the one its job waits on, in place of the one before. */
    void keep(WorkEvent event, String payload) {
        UUID job = event.jobId().value();
        WorkRow row = findByIdOptional(job).orElseGet(() -> {
            WorkRow fresh = new WorkRow();
            fresh.jobId = job;
            return fresh;
        });
        row.topic = event.topic();
        row.eventId = event.eventId();
        row.eventType = event.type();
        row.payload = payload;
        persist(row);
    }
}
