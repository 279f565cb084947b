package io.faultline.gateway.job;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;

/** The ids of the events that have had their effect. All methods belong inside the transaction of that effect. */
@ApplicationScoped
class ProcessedEvents {
    private final EntityManager database;

    ProcessedEvents(EntityManager database) {
        this.database = database;
    }

    /** @return whether this is the first time; a second transaction with the same id waits for the first to end */
    boolean first(String eventId, Instant now) {
        return database.createNativeQuery(
                                "insert into processed_event (id, processed_at) values (:id, :now) on conflict do nothing")
                        .setParameter("id", eventId)
                        .setParameter("now", now)
                        .executeUpdate()
                == 1;
    }

    int forgetBefore(Instant moment) {
        return database.createNativeQuery("delete from processed_event where processed_at < :moment")
                .setParameter("moment", moment)
                .executeUpdate();
    }
}
