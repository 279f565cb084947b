package io.faultline.worker;

import io.faultline.event.JobCancelled;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Hears of every cancelled job, from the first that the topic still has: a job's work may come after its cancellation. */
@ApplicationScoped
class CancellationChannel {
    private static final Logger LOG = Logger.getLogger(CancellationChannel.class);

    private final CancelledJobs cancelledJobs;

    CancellationChannel(CancelledJobs cancelledJobs) {
        this.cancelledJobs = cancelledJobs;
    }

    @Incoming(Topics.JOB_CANCELLED)
    void cancelled(byte[] json) {
        try {
            JobCancelled cancellation = FaultlineJson.read(json, JobCancelled.class);
            if (cancellation != null && cancellation.jobId() != null) {
                cancelledJobs.cancel(cancellation.jobId());
                return;
            }
            LOG.warnf("passed over a record of %s that names no job", Topics.JOB_CANCELLED);
        } catch (UncheckedIOException e) {
            LOG.warnf("passed over a record of %s that is no cancellation: %s", Topics.JOB_CANCELLED, e.getMessage());
        }
    }
}
