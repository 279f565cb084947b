package io.faultline.job;

import java.util.List;

/**
 * One page of the list of jobs, newest first.
 *
 * @param next what to pass as {@code after} for the following page; null on the last one
 */
public record JobPage(List<JobSnapshot> jobs, String next) {
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
