package io.faultline.gateway.job;

import io.faultline.job.JobState;
import java.time.Duration;

/**
 * What to do about a job from which nothing was heard for as long as its state allows.
 *
 * <ul>
 *   <li>An event of it is still on its way to the broker: wait; the silence is ours.
 *   <li>A worker had it and fell silent: tell its work again, at once and then after ever longer waits.
 *   <li>It queues and its stage moves other jobs: wait; it is behind them.
 *   <li>It queues and nobody moves: its record may be lost; tell it again, after ever longer waits.
 *   <li>It was told again as often as is allowed: give up until somebody is heard.
 * </ul>
 *
 * @param heartbeat longest silence of a worker
 * @param queue longest silence of a stage before a queued job's record is doubted
 * @param limit how often one piece of work is told again
 */
record WatchRule(Duration heartbeat, Duration queue, int limit) {
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /**
     * @param undelivered whether the outbox holds an event of the job
     * @param stageMoves whether another job runs in the stage
     * @param reemissions since the last sign of life
     */
    Verdict judge(JobLifecycle job, boolean undelivered, boolean stageMoves, int reemissions) {
        boolean hadWorker = job.state() == JobState.RUNNING || job.progress() != null;
        if (undelivered) {
            return new Verdict(Action.WAIT, heartbeat);
        }
        if (!hadWorker && stageMoves) {
            return new Verdict(Action.WAIT, queue);
        }
        if (reemissions >= limit) {
            return new Verdict(Action.GIVE_UP, null);
        }
        return new Verdict(Action.REEMIT, doubled(hadWorker ? heartbeat : queue, reemissions + 1));
    }

    private static Duration doubled(Duration first, int times) {
        Duration longest = first.compareTo(LONGEST_WAIT) > 0 ? first : LONGEST_WAIT;
        Duration wait = first;
        for (int i = 0; i < times && wait.compareTo(longest) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(longest) < 0 ? wait : longest;
    }

    enum Action {
        /** Look again later. */
        WAIT,
        /** Tell the job's work again, then look again later. */
        REEMIT,
        /** Do nothing more until somebody is heard. */
        GIVE_UP
    }

    /** @param lookAgain after how long; null for {@link Action#GIVE_UP} */
    record Verdict(Action action, Duration lookAgain) {}
}
