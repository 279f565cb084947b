package io.faultline.event;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * Something that happened to a job. On the wire: a CloudEvent in binary mode, its key and subject the job id, its data the
 * record as JSON.
 */
public sealed interface JobEvent permits WorkEvent, JobProgressed, JobCompleted, JobFailed, JobCancelled {
    JobId jobId();

    /**
     * The CloudEvent's id: the same fact, told twice, has the same id, so that a consumer can drop the second.
     */
    @JsonIgnore
    String eventId();

    /** The topic this fact is told on. */
    @JsonIgnore
    String topic();

    /** The CloudEvent's type. */
    @JsonIgnore
    default String type() {
        return "io.faultline." + topic() + ".v1";
    }
}
