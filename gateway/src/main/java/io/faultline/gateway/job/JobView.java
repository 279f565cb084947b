package io.faultline.gateway.job;

import io.faultline.job.JobSnapshot;

/**
 * A job at one moment.
 *
 * @param version rises with each change of the job
 */
public record JobView(long version, JobSnapshot snapshot) {}
