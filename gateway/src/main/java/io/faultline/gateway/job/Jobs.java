package io.faultline.gateway.job;

import io.faultline.event.JobCancelled;
import io.faultline.event.JobId;
import io.faultline.event.JobSubmitted;
import io.faultline.event.TheorySubmitted;
import io.faultline.event.WorkEvent;
import io.faultline.gateway.GatewayConfig;
import io.faultline.gateway.checkpoint.UploadedCheckpoints;
import io.faultline.gateway.corruption.UploadedCorruptionSets;
import io.faultline.gateway.dataset.UploadedDatasets;
import io.faultline.job.JobPage;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.json.FaultlineJson;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.PersistenceException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.exception.ConstraintViolationException;
import org.jboss.logging.Logger;

/** What a caller may do with jobs: submit, look, cancel. */
@ApplicationScoped
public class Jobs {
    private static final Logger LOG = Logger.getLogger(Jobs.class);
    private static final String KEY_CONSTRAINT = "job_idempotency_key";

    private final JobRows rows;
    private final Outbox outbox;
    private final WorkRows works;
    private final UploadedDatasets datasets;
    private final UploadedCheckpoints checkpoints;
    private final UploadedCorruptionSets corruptionSets;
    private final JobFeed feed;
    private final GatewayConfig config;
    private final Clock clock;

    Jobs(
            JobRows rows,
            Outbox outbox,
            WorkRows works,
            UploadedDatasets datasets,
            UploadedCheckpoints checkpoints,
            UploadedCorruptionSets corruptionSets,
            JobFeed feed,
            GatewayConfig config,
            Clock clock) {
        this.rows = rows;
        this.outbox = outbox;
        this.works = works;
        this.datasets = datasets;
        this.checkpoints = checkpoints;
        this.corruptionSets = corruptionSets;
        this.feed = feed;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Accepts a job: when this returns, it will be worked on, whatever breaks.
     *
     * @return the new job, or the one that the same key and recipe were accepted as before
     * @throws IdempotencyKeyReusedException if the key came with another recipe before
     * @throws io.faultline.gateway.dataset.UnknownDatasetException if the recipe names a data set that is not there
     * @throws io.faultline.gateway.checkpoint.UnknownCheckpointException if the recipe starts from weights that are not there
     * @throws io.faultline.gateway.corruption.UnknownCorruptionSetException if the recipe names a corruption set that is not there
     * @throws io.faultline.recipe.InvalidRecipeException if the recipe does not fit its data set or its corruption set
     */
    public JobSnapshot submit(Submission submission) {
        String digest = digest(submission);
        Optional<JobSnapshot> earlier = earlier(submission, digest);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        datasets.requireFit(submission.recipe());
        checkpoints.requireStart(submission.recipe());
        corruptionSets.requireFit(submission.recipe());
        try {
            JobSnapshot accepted = QuarkusTransaction.requiringNew().call(() -> accept(submission, digest));
            LOG.infof("job accepted jobId=%s", accepted.id());
            return accepted;
        } catch (PersistenceException e) {
            if (!(e instanceof ConstraintViolationException violation
                    && KEY_CONSTRAINT.equals(violation.getConstraintName()))) {
                throw e;
            }
            // the same submission came in twice at once and the other was first
            return earlier(submission, digest).orElseThrow(() -> e);
        }
    }

    /** @throws JobNotFoundException if there is none */
    public JobView get(JobId id) {
        return QuarkusTransaction.requiringNew().call(() -> rows.findByIdOptional(id.value())
                .map(JobRow::view)
                .orElseThrow(() -> new JobNotFoundException(id)));
    }

    /** Those of these jobs that there are. */
    public List<JobView> all(List<JobId> ids) {
        return QuarkusTransaction.requiringNew()
                .call(() -> rows.list("id in ?1", ids.stream().map(JobId::value).toList()).stream()
                        .map(JobRow::view)
                        .toList());
    }

    /**
     * One page of the jobs, newest first.
     *
     * @param state null for any
     * @param after null for the first page
     */
    public JobPage page(JobState state, JobCursor after, int limit) {
        return QuarkusTransaction.requiringNew().call(() -> {
            List<JobRow> found = rows.newestFirst(state, after, limit + 1);
            List<JobRow> shown = found.subList(0, Math.min(limit, found.size()));
            String next = found.size() > limit ? new JobCursor(shown.get(limit - 1).number).toString() : null;
            return new JobPage(shown.stream().map(JobRow::snapshot).toList(), next);
        });
    }

    /**
     * Ends a job without a result; whoever works on it is told.
     *
     * @throws JobNotFoundException if there is none
     * @throws JobEndedException if it has ended already
     */
    public JobSnapshot cancel(JobId id) {
        JobView cancelled = QuarkusTransaction.requiringNew().call(() -> {
            JobRow row = rows.lock(id).orElseThrow(() -> new JobNotFoundException(id));
            if (row.state.ended()) {
                throw new JobEndedException(id, row.state);
            }
            row.become(row.lifecycle().cancelled(), now());
            row.lookAt = null;
            works.deleteById(id.value());
            outbox.append(new JobCancelled(id), row.traceparent);
            rows.flush();
            return row.view();
        });
        LOG.infof("job cancelled jobId=%s", id);
        feed.publish(cancelled);
        return cancelled.snapshot();
    }

    private JobSnapshot accept(Submission submission, String digest) {
        JobLifecycle accepted = JobLifecycle.accepted(submission.recipe());
        JobRow row = new JobRow();
        row.id = UUID.randomUUID();
        row.name = submission.recipe().name();
        row.recipe = JobRow.write(submission.recipe());
        row.recipeDigest = digest;
        row.submittedAt = now();
        row.idempotencyKey = submission.key() == null ? null : submission.key().value();
        row.traceparent = submission.traceparent();
        row.lookAt = row.submittedAt.plus(config.queueTimeout());
        row.become(accepted, row.submittedAt);
        rows.persistAndFlush(row);
        WorkEvent submitted = submission.recipe().gaussianMixture() == null
                ? new JobSubmitted(row.jobId(), submission.recipe())
                : new TheorySubmitted(row.jobId(), submission.recipe());
        works.keep(submitted, JobRow.write(submitted));
        outbox.append(submitted, row.traceparent);
        return row.snapshot();
    }

    private Optional<JobSnapshot> earlier(Submission submission, String digest) {
        if (submission.key() == null) {
            return Optional.empty();
        }
        return QuarkusTransaction.requiringNew()
                .call(() -> rows.findByIdempotencyKey(submission.key().value()).map(row -> {
                    if (!row.recipeDigest.equals(digest)) {
                        throw new IdempotencyKeyReusedException(submission.key(), row.jobId());
                    }
                    return row.snapshot();
                }));
    }

    // PostgreSQL keeps microseconds: what is answered now must equal what is answered later
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static String digest(Submission submission) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(FaultlineJson.canonicalBytes(submission.recipe())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
