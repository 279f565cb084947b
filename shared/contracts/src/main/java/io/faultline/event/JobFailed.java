package io.faultline.event;

/**
 * A job has ended without a result.
 *
 * @param detail what was wrong, what is allowed, what to do
 */
public record JobFailed(JobId jobId, StageName stage, FailureCode code, String detail) implements JobEvent {
    @Override
    public String eventId() {
        return jobId + "/failed/" + stage;
    }

    @Override
    public String topic() {
        return Topics.JOB_FAILED;
    }
}
