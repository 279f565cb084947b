package io.faultline.gateway.job;

import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Generated;

/** A job as it is kept: {@link JobLifecycle} with its history. Only changed columns are written, since progress is frequent. */
@Entity
@Table(name = "job")
@DynamicUpdate
class JobRow {
    @Id
    UUID id;

    /** Order of submission; given by the database. */
    @Generated
    @Column(insertable = false, updatable = false)
    Long number;

    /** Rises with each change, so that a listener can tell an older view from a newer one. */
    @Version
    long version;

    String name;

    @Enumerated(EnumType.STRING)
    JobState state;

    @Enumerated(EnumType.STRING)
    StageName stage;

    boolean suspect;

    @Column(name = "submitted_at")
    Instant submittedAt;

    @Column(name = "updated_at")
    Instant updatedAt;

    String recipe;

    @Column(name = "recipe_digest")
    String recipeDigest;

    String progress;

    String result;

    String failure;

    @Column(name = "idempotency_key")
    String idempotencyKey;

    String traceparent;

    @Column(name = "look_at")
    Instant lookAt;

    int reemissions;

    JobId jobId() {
        return new JobId(id);
    }

    JobLifecycle lifecycle() {
        return new JobLifecycle(
                read(recipe, Recipe.class),
                state,
                stage,
                read(progress, JobProgressed.class),
                read(result, JobCompleted.class),
                read(failure, JobFailed.class));
    }

    void become(JobLifecycle lifecycle, Instant now) {
        state = lifecycle.state();
        stage = lifecycle.stage();
        suspect = lifecycle.suspect();
        progress = write(lifecycle.progress());
        result = write(lifecycle.result());
        failure = write(lifecycle.failure());
        updatedAt = now;
    }

    JobSnapshot snapshot() {
        JobLifecycle now = lifecycle();
        return new JobSnapshot(
                jobId(),
                name,
                now.state(),
                suspect,
                StageName.of(now.recipe()),
                now.stage(),
                submittedAt,
                updatedAt,
                now.recipe(),
                now.progress(),
                now.result(),
                now.failure());
    }

    JobView view() {
        return new JobView(version, snapshot());
    }

    static String write(Object value) {
        return value == null ? null : new String(FaultlineJson.canonicalBytes(value), StandardCharsets.UTF_8);
    }

    private static <T> T read(String json, Class<T> type) {
        return json == null ? null : FaultlineJson.read(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
