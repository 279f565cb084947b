package io.faultline.gateway.job;

import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.event.WorkEvent;
import io.faultline.job.JobState;
import io.faultline.recipe.Recipe;

/**
 * Where a job stands and what each fact makes of it. Facts arrive late, twice and in any order between topics; so
 *
 * <ul>
 *   <li>the first end counts: nothing changes an ended job;
 *   <li>a job only goes forward: a fact of a stage that lies behind it changes nothing;
 *   <li>while a worker is heard, its newest progress counts, by its own clock.
 * </ul>
 *
 * <p>A step that changes nothing returns this same object.
 *
 * @param stage what the job waits for or is in; null once it has ended
 * @param progress the newest of its stage; null before the first and once it has ended
 * @param result null unless completed
 * @param failure null unless failed
 */
record JobLifecycle(
        Recipe recipe,
        JobState state,
        StageName stage,
        JobProgressed progress,
        JobCompleted result,
        JobFailed failure) {
    static JobLifecycle accepted(Recipe recipe) {
        return waitingFor(recipe, StageName.of(recipe).get(0));
    }

    /** The stage that such a fact lets begin. */
    static StageName begunBy(WorkEvent event) {
        return switch (event.topic()) {
            case Topics.JOB_SUBMITTED -> StageName.POISON;
            case Topics.DATASET_READY -> StageName.TRAINING;
            case Topics.MODEL_READY -> StageName.RIFT;
            default -> throw new IllegalArgumentException("no stage begins with " + event.topic());
        };
    }

    /** A stage ended, the next may begin. */
    JobLifecycle workReady(WorkEvent event) {
        StageName next = begunBy(event);
        boolean forward = !state.ended()
                && next.compareTo(stage) > 0
                && StageName.of(recipe).contains(next);
        return forward ? waitingFor(recipe, next) : this;
    }

    /** A worker gave a sign of life; it may be the first word of a stage whose beginning is still on its way here. */
    JobLifecycle progressed(JobProgressed newer) {
        if (state.ended() || newer.stage().compareTo(stage) < 0) {
            return this;
        }
        boolean sameStage = progress != null && progress.stage() == newer.stage();
        // whoever took the work up from a silent worker may have a slower clock
        boolean news = state == JobState.WAITING
                ? !newer.equals(progress)
                : !sameStage || newer.at().isAfter(progress.at());
        if (!news) {
            return this;
        }
        return new JobLifecycle(recipe, JobState.RUNNING, newer.stage(), newer, null, null);
    }

    /** The worker of a running job fell silent: somebody else has to take it up. */
    JobLifecycle heartbeatLost() {
        return state == JobState.RUNNING
                ? new JobLifecycle(recipe, JobState.WAITING, stage, progress, null, null)
                : this;
    }

    JobLifecycle completed(JobCompleted outcome) {
        return state.ended() ? this : new JobLifecycle(recipe, JobState.COMPLETED, null, null, outcome, null);
    }

    /** A failure of a stage that another worker has meanwhile finished is no failure of the job. */
    JobLifecycle failed(JobFailed cause) {
        boolean behind =
                !state.ended() && cause.stage() != null && cause.stage().compareTo(stage) < 0;
        return state.ended() || behind ? this : new JobLifecycle(recipe, JobState.FAILED, null, null, null, cause);
    }

    JobLifecycle cancelled() {
        return state.ended() ? this : new JobLifecycle(recipe, JobState.CANCELLED, null, null, null, null);
    }

    /** Whether a figure of the result broke a law. */
    boolean suspect() {
        return result != null && !result.suspicions().isEmpty();
    }

    private static JobLifecycle waitingFor(Recipe recipe, StageName stage) {
        return new JobLifecycle(recipe, JobState.WAITING, stage, null, null, null);
    }
}
