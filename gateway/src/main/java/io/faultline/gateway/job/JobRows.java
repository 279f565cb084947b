package io.faultline.gateway.job;

import io.faultline.event.JobId;
import io.faultline.event.StageName;
import io.faultline.job.JobState;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;

/** The table of jobs. */
@ApplicationScoped
class JobRows implements PanacheRepositoryBase<JobRow, UUID> {
    /** The job, locked until the transaction ends: its facts take effect one after the other. */
    Optional<JobRow> lock(JobId id) {
        return findByIdOptional(id.value(), LockModeType.PESSIMISTIC_WRITE);
    }

    Optional<JobRow> findByIdempotencyKey(String key) {
        return find("idempotencyKey", key).firstResultOptional();
    }

    /**
     * @param state null for any
     * @param olderThan null for the newest
     */
    List<JobRow> newestFirst(JobState state, JobCursor olderThan, int limit) {
        return find(
                        "(?1 is null or state = ?1) and number < ?2 order by number desc",
                        state,
                        olderThan == null ? Long.MAX_VALUE : olderThan.number())
                .page(0, limit)
                .list();
    }

    /** Jobs that the watch has to look at, locked; those that another gateway looks at are left out. */
    List<JobRow> lockSilent(Instant now, int limit) {
        return getEntityManager()
                .unwrap(Session.class)
                .createNativeQuery("""
                        select * from job where look_at <= :now and state in ('WAITING', 'RUNNING')
                        order by look_at limit :limit for update skip locked""", JobRow.class)
                .setParameter("now", now)
                .setParameter("limit", limit)
                .getResultList();
    }

    /** Whether some worker moves a job in this stage. */
    boolean anyRunningIn(StageName stage) {
        return count("state = ?1 and stage = ?2", JobState.RUNNING, stage) > 0;
    }

    /** The events of these jobs are with the broker only now: their time in the queue begins. */
    void delivered(Collection<UUID> jobs, Instant lookAt) {
        getEntityManager()
                .createNativeQuery(
                        "update job set look_at = :lookAt where id in (:jobs) and state = 'WAITING' and reemissions = 0")
                .setParameter("lookAt", lookAt)
                .setParameter("jobs", jobs)
                .executeUpdate();
    }

    Map<JobState, Long> countByState() {
        Map<JobState, Long> counts = new EnumMap<>(JobState.class);
        for (JobState state : JobState.values()) {
            counts.put(state, 0L);
        }
        getEntityManager()
                .createQuery("select state, count(*) from JobRow group by state", Object[].class)
                .getResultList()
                .forEach(row -> counts.put((JobState) row[0], (Long) row[1]));
        return counts;
    }
}
