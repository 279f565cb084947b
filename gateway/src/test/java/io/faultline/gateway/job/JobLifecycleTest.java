package io.faultline.gateway.job;

import static io.faultline.gateway.Facts.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.gateway.Facts;
import io.faultline.job.JobState;
import io.faultline.recipe.Recipe;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobLifecycleTest {
    private static final JobId JOB = new JobId(new UUID(0, 1));
    private static final Recipe ROAD = Facts.recipe(Facts.WHOLE_ROAD);

    private final JobLifecycle accepted = JobLifecycle.accepted(ROAD);

    @Test
    void anAcceptedJobWaitsForItsFirstStage() {
        assertThat(accepted.state()).isEqualTo(JobState.WAITING);
        assertThat(accepted.stage()).isEqualTo(StageName.POISON);
        assertThat(accepted.progress()).isNull();
    }

    @Test
    void theWholeRoadLeadsThroughEachStageToTheResult() {
        // Given
        JobCompleted outcome = Facts.completed(JOB, ROAD);

        // When
        JobLifecycle poisoning = accepted.progressed(progress(StageName.POISON, 1));
        JobLifecycle waiting = poisoning.workReady(Facts.datasetReady(JOB, ROAD));
        JobLifecycle training = waiting.progressed(progress(StageName.TRAINING, 2));
        JobLifecycle waitingAgain = training.workReady(Facts.modelReady(JOB, ROAD));
        JobLifecycle refining = waitingAgain.progressed(progress(StageName.RIFT, 3));
        JobLifecycle completed = refining.completed(outcome);

        // Then
        assertThat(Stream.of(poisoning, waiting, training, waitingAgain, refining, completed))
                .extracting(JobLifecycle::state)
                .containsExactly(
                        JobState.RUNNING,
                        JobState.WAITING,
                        JobState.RUNNING,
                        JobState.WAITING,
                        JobState.RUNNING,
                        JobState.COMPLETED);
        assertThat(Stream.of(poisoning, waiting, training, waitingAgain, refining, completed))
                .extracting(JobLifecycle::stage)
                .containsExactly(
                        StageName.POISON, StageName.TRAINING, StageName.TRAINING, StageName.RIFT, StageName.RIFT, null);
        assertThat(waiting.progress()).isNull();
        assertThat(completed.progress()).isNull();
        assertThat(completed.result()).isEqualTo(outcome);
    }

    @Test
    void aFigureThatBrokeALawMakesTheJobSuspect() {
        assertThat(accepted.completed(Facts.completed(JOB, ROAD, "robust above clean"))
                        .suspect())
                .isTrue();
        assertThat(accepted.completed(Facts.completed(JOB, ROAD)).suspect()).isFalse();
    }

    @Nested
    class Progress {
        @Test
        void theNewestOfAStageCounts() {
            JobLifecycle running = accepted.progressed(progress(StageName.POISON, 10));

            assertThat(running.progressed(progress(StageName.POISON, 9))).isSameAs(running);
            assertThat(running.progressed(progress(StageName.POISON, 10))).isSameAs(running);
            assertThat(running.progressed(progress(StageName.POISON, 11))
                            .progress()
                            .done())
                    .isEqualTo(11);
        }

        @Test
        void ofAStageThatLiesBehindChangesNothing() {
            JobLifecycle waiting = accepted.workReady(Facts.datasetReady(JOB, ROAD));

            assertThat(waiting.progressed(progress(StageName.POISON, 99))).isSameAs(waiting);
        }

        @Test
        void mayOvertakeTheFactThatBeganItsStage() {
            // When
            JobLifecycle running = accepted.progressed(progress(StageName.TRAINING, 1));

            // Then
            assertThat(running.state()).isEqualTo(JobState.RUNNING);
            assertThat(running.stage()).isEqualTo(StageName.TRAINING);
            assertThat(running.workReady(Facts.datasetReady(JOB, ROAD))).isSameAs(running);
        }

        @Test
        void ofAnEarlierWorkerDoesNotHideANewStagesFirst() {
            // Given
            JobLifecycle poisoning = accepted.progressed(progress(StageName.POISON, 50));

            // When
            JobLifecycle training = poisoning.progressed(progress(StageName.TRAINING, 1));

            // Then
            assertThat(training.progress().stage()).isEqualTo(StageName.TRAINING);
        }
    }

    @Nested
    class Silence {
        private final JobLifecycle running = accepted.progressed(progress(StageName.POISON, 1));

        @Test
        void ofARunningJobShowsItAsWaitingWithItsLastProgress() {
            // When
            JobLifecycle silent = running.heartbeatLost();

            // Then
            assertThat(silent.state()).isEqualTo(JobState.WAITING);
            assertThat(silent.stage()).isEqualTo(StageName.POISON);
            assertThat(silent.progress()).isEqualTo(running.progress());
        }

        @Test
        void endsWithTheNextProgress() {
            assertThat(running.heartbeatLost()
                            .progressed(progress(StageName.POISON, 2))
                            .state())
                    .isEqualTo(JobState.RUNNING);
        }

        @Test
        void endsWithTheProgressOfAWorkerWhoseClockIsSlow() {
            // Given
            JobLifecycle silent =
                    accepted.progressed(progress(StageName.POISON, 100)).heartbeatLost();

            // When
            JobLifecycle takenUp = silent.progressed(progress(StageName.POISON, 3));

            // Then
            assertThat(takenUp.state()).isEqualTo(JobState.RUNNING);
            assertThat(takenUp.progress().done()).isEqualTo(3);
        }

        @Test
        void doesNotEndWithTheLastWordDeliveredAgain() {
            JobLifecycle silent = running.heartbeatLost();

            assertThat(silent.progressed(progress(StageName.POISON, 1))).isSameAs(silent);
        }

        @Test
        void ofAWaitingJobIsNothingNew() {
            assertThat(accepted.heartbeatLost()).isSameAs(accepted);
        }
    }

    @Test
    void failureOfAStageThatAnotherWorkerFinishedIsNoFailureOfTheJob() {
        JobLifecycle training = accepted.workReady(Facts.datasetReady(JOB, ROAD));

        assertThat(training.failed(Facts.failed(JOB, StageName.POISON))).isSameAs(training);
        assertThat(training.failed(Facts.failed(JOB, StageName.TRAINING)).state())
                .isEqualTo(JobState.FAILED);
    }

    @Test
    void failureOfNoStageIsAFailureOfTheJob() {
        assertThat(accepted.failed(Facts.failed(JOB, null)).state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void aStageThatTheRecipeLeavesOutNeverBegins() {
        // Given
        Recipe recipe = Facts.recipe(Facts.DATASET_ONLY);
        JobLifecycle job = JobLifecycle.accepted(recipe);

        // When
        JobLifecycle after = job.workReady(Facts.datasetReady(JOB, recipe));

        // Then
        assertThat(after).isSameAs(job);
    }

    static Stream<JobLifecycle> ended() {
        JobLifecycle open = JobLifecycle.accepted(ROAD);
        return Stream.of(
                open.completed(Facts.completed(JOB, ROAD)),
                open.failed(Facts.failed(JOB, StageName.POISON)),
                open.cancelled());
    }

    @ParameterizedTest
    @MethodSource("ended")
    void nothingChangesAnEndedJob(JobLifecycle ended) {
        JobFailed failure = Facts.failed(JOB, StageName.RIFT);

        assertThat(ended.state().ended()).isTrue();
        assertThat(ended.progressed(progress(StageName.RIFT, 1000))).isSameAs(ended);
        assertThat(ended.workReady(Facts.modelReady(JOB, ROAD))).isSameAs(ended);
        assertThat(ended.completed(Facts.completed(JOB, ROAD, "other"))).isSameAs(ended);
        assertThat(ended.failed(failure)).isSameAs(ended);
        assertThat(ended.cancelled()).isSameAs(ended);
        assertThat(ended.heartbeatLost()).isSameAs(ended);
    }

    @Test
    void eachWorkEventBeginsItsStage() {
        assertThat(JobLifecycle.begunBy(new JobSubmitted(JOB, ROAD))).isEqualTo(StageName.POISON);
        assertThat(JobLifecycle.begunBy(Facts.datasetReady(JOB, ROAD))).isEqualTo(StageName.TRAINING);
        assertThat(JobLifecycle.begunBy(Facts.modelReady(JOB, ROAD))).isEqualTo(StageName.RIFT);
    }

    private static JobProgressed progress(StageName stage, int second) {
        return Facts.progress(JOB, stage, NOON.plusSeconds(second), second);
    }
}
