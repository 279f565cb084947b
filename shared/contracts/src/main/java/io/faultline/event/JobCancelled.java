package io.faultline.event;

/** A job's owner no longer wants its result: whoever works on it stops. */
public record JobCancelled(JobId jobId) implements JobEvent {
    @Override
    public String eventId() {
        return jobId + "/cancelled";
    }

    @Override
    public String topic() {
        return Topics.JOB_CANCELLED;
    }
}
