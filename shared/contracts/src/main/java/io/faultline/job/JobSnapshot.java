package io.faultline.job;

import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import io.faultline.recipe.Recipe;
import java.time.Instant;
import java.util.List;

/**
 * What the gateway's API answers of a job.
 *
 * @param stages the stages of its recipe, in order
 * @param stage the one it waits for or is in; null once it has ended
 * @param suspect whether a figure of its result broke a law
 * @param progress the newest of its stage; null before the first and once it has ended
 * @param result null unless completed
 * @param failure null unless failed
 */
public record JobSnapshot(
        JobId id,
        String name,
        JobState state,
        boolean suspect,
        List<StageName> stages,
        StageName stage,
        Instant submittedAt,
        Instant updatedAt,
        Recipe recipe,
        JobProgressed progress,
        JobCompleted result,
        JobFailed failure) {
    public JobSnapshot {
        stages = List.copyOf(stages);
    }
}
