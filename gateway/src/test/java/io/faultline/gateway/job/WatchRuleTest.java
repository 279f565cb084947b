package io.faultline.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.event.JobId;
import io.faultline.event.StageName;
import io.faultline.gateway.Facts;
import io.faultline.gateway.job.WatchRule.Action;
import io.faultline.gateway.job.WatchRule.Verdict;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchRuleTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(60);
    private static final Duration QUEUE = Duration.ofMinutes(10);
    private static final JobLifecycle QUEUED = JobLifecycle.accepted(Facts.recipe(Facts.WHOLE_ROAD));
    private static final JobLifecycle RUNNING =
            QUEUED.progressed(Facts.progress(new JobId(new UUID(0, 1)), StageName.POISON, Facts.NOON, 1));

    private final WatchRule rule = new WatchRule(HEARTBEAT, QUEUE, 8);

    @Test
    void workOfASilentWorkerIsToldAgainAtOnce() {
        assertThat(rule.judge(RUNNING, false, false, 0))
                .isEqualTo(new Verdict(Action.REEMIT, HEARTBEAT.multipliedBy(2)));
    }

    @Test
    void otherJobsOfTheStageDoNotExcuseASilentWorker() {
        assertThat(rule.judge(RUNNING, false, true, 0).action()).isEqualTo(Action.REEMIT);
    }

    @Test
    void aQueueThatMovesIsLeftAlone() {
        assertThat(rule.judge(QUEUED, false, true, 0)).isEqualTo(new Verdict(Action.WAIT, QUEUE));
    }

    @Test
    void aQueueThatStandsIsToldAgain() {
        assertThat(rule.judge(QUEUED, false, false, 0)).isEqualTo(new Verdict(Action.REEMIT, QUEUE.multipliedBy(2)));
    }

    @Test
    void whatIsStillInTheOutboxIsNotToldTwice() {
        assertThat(rule.judge(RUNNING, true, false, 3)).isEqualTo(new Verdict(Action.WAIT, HEARTBEAT));
    }

    @Test
    void eachWaitIsTwiceTheOneBeforeUpToAnHourAndThenItGivesUp() {
        assertThat(IntStream.rangeClosed(0, 8)
                        .mapToObj(times -> rule.judge(RUNNING.heartbeatLost(), false, false, times)))
                .extracting(Verdict::lookAgain)
                .containsExactly(
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(4),
                        Duration.ofMinutes(8),
                        Duration.ofMinutes(16),
                        Duration.ofMinutes(32),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        null);
        assertThat(rule.judge(RUNNING, false, false, 8).action()).isEqualTo(Action.GIVE_UP);
    }
}
