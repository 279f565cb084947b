package io.faultline.gateway.rest;

import io.faultline.gateway.job.JobView;
import io.faultline.job.JobSnapshot;
import java.util.Objects;
import java.util.Optional;

/**
 * What is new to one follower of a job in each view of it. Views that come late or twice are no news; where several changes
 * fall together, the follower learns the last. Not safe for use by several threads.
 */
final class JobNews {
    private static final String SNAPSHOT = "snapshot";
    private static final String PROGRESS = "progress";

    private JobView told;

    Optional<Item> of(JobView view) {
        if (told != null && view.version() <= told.version()) {
            return Optional.empty();
        }
        JobSnapshot before = told == null ? null : told.snapshot();
        JobSnapshot now = view.snapshot();
        told = view;
        if (before == null || before.state() != now.state() || before.stage() != now.stage()) {
            return Optional.of(new Item(SNAPSHOT, now, now.state().ended()));
        }
        return Objects.equals(before.progress(), now.progress())
                ? Optional.empty()
                : Optional.of(new Item(PROGRESS, now.progress(), false));
    }

    /**
     * @param last whether nothing follows it
     */
    record Item(String name, Object data, boolean last) {}
}
