package io.faultline.worker;

import io.faultline.event.JobCancelled;
import io.faultline.event.JobEvent;
import io.faultline.event.JobFailed;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Hears of every cancelled or failed job, from the first that the topics still have: a job's work may come after its
 * cancellation, and a task of one may come after another's failure.
 */
@ApplicationScoped
class CancellationChannel {
    private static final Logger LOG = Logger.getLogger(CancellationChannel.class);

    private final CancelledJobs cancelledJobs;

    CancellationChannel(CancelledJobs cancelledJobs) {
        this.cancelledJobs = cancelledJobs;
    }

    @Incoming(Topics.JOB_CANCELLED)
    void cancelled(byte[] json) {
        ended(Topics.JOB_CANCELLED, json, JobCancelled.class);
    }

    @Incoming(Topics.JOB_FAILED)
    void failed(byte[] json) {
        ended(Topics.JOB_FAILED, json, JobFailed.class);
    }

    private void ended(String topic, byte[] json, Class<? extends JobEvent> type) {
        try {
            JobEvent end = FaultlineJson.read(json, type);
            if (end != null && end.jobId() != null) {
                cancelledJobs.cancel(end.jobId());
                return;
            }
            LOG.warnf("passed over a record of %s that names no job", topic);
        } catch (UncheckedIOException e) {
            LOG.warnf("passed over a record of %s that cannot be read: %s", topic, e.getMessage());
        }
    }
}
