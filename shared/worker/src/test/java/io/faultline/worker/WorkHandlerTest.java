package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.CheckpointStore;
import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.artifact.FileSystemCheckpointStore;
import io.faultline.artifact.FileSystemOutcomeLedger;
import io.faultline.artifact.OutcomeLedger;
import io.faultline.event.DatasetReady;
import io.faultline.event.FailureCode;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.report.DatasetReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a record: the handler, the runner and the stores together, without a broker. */
class WorkHandlerTest {
    private static final int LIMIT = 3;

    @TempDir
    Path directory;

    private final JobId job = new JobId(UUID.randomUUID());
    private final ScriptedStage stage = new ScriptedStage();
    private final RecordingFacts facts = new RecordingFacts();
    private final RecordingMetrics metrics = new RecordingMetrics();
    private final CancelledJobs cancelledJobs = new CancelledJobs(10);
    private final StopSignal stop = new StopSignal();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
    private OutcomeLedger outcomes;
    private CheckpointStore checkpoints;
    private WorkHandler<JobSubmitted> handler;

    @BeforeEach
    void join() {
        outcomes = new FileSystemOutcomeLedger(directory);
        checkpoints = new FileSystemCheckpointStore(directory);
        handler = handler(Duration.ofMillis(1));
    }

    private WorkHandler<JobSubmitted> handler(Duration retryPause) {
        return new WorkHandler<>(
                StageName.POISON,
                new WorkReader<>(JobSubmitted.class, "io.faultline.job-submitted.v1"),
                new StageRunner<>(
                        stage,
                        new StageRunner.Stores(new FileSystemArtifactStore(directory), outcomes, checkpoints),
                        facts,
                        metrics,
                        new StageRunner.ProgressPace(
                                Clock.systemUTC(), Duration.ofMillis(500), Duration.ofSeconds(15), ticker)),
                cancelledJobs,
                new FailurePolicy(LIMIT, retryPause, retryPause),
                facts,
                metrics);
    }

    @AfterEach
    void endTicker() {
        ticker.shutdownNow();
    }

    @Nested
    class Done {
        @Test
        void theReportIsToldInTheTraceOfTheRecordAndTheRecordAccepted() {
            // When
            AcknowledgeType end = handler.handle(WorkRecords.record(job, 1), stop);

            // Then
            assertThat(end).isEqualTo(AcknowledgeType.ACCEPT);
            assertThat(facts.told).singleElement().isInstanceOfSatisfying(DatasetReady.class, ready -> {
                assertThat(ready.jobId()).isEqualTo(job);
                assertThat(ready.dataset().trainImages()).isEqualTo(10);
            });
            assertThat(facts.traces).containsExactly(new TraceContext(Map.of("traceparent", "00-trace")));
            assertThat(metrics.happened).containsExactly("busy", "ran", "idle");
        }

        @Test
        void theFirstProgressIsToldWhenTheStageBegins() {
            // Given
            stage.script(job, (run, context) -> assertThat(facts.mentioned)
                    .singleElement()
                    .satisfies(first -> assertThat(first.phase()).isEqualTo("starting")));

            // Then
            assertThat(handler.handle(WorkRecords.record(job, 1), stop)).isEqualTo(AcknowledgeType.ACCEPT);
        }

        @Test
        void theOutcomeIsRecordedBeforeTheCheckpointsGo() {
            // Given
            stage.script(job, (run, context) -> context.checkpoints().write("epoch", out -> out.write(1)));

            // When
            handler.handle(WorkRecords.record(job, 1), stop);

            // Then
            assertThat(outcomes.find(fingerprint())).isPresent();
            assertThat(checkpoints.open(fingerprint(), "epoch")).isEmpty();
        }

        @Test
        void aSecondDeliveryIsToldFromTheOutcome() {
            // Given
            handler.handle(WorkRecords.record(job, 1), stop);

            // When
            AcknowledgeType end = handler.handle(WorkRecords.record(job, 2), stop);

            // Then
            assertThat(end).isEqualTo(AcknowledgeType.ACCEPT);
            assertThat(stage.runs(job)).isEqualTo(1);
            assertThat(facts.told).hasSize(2).containsOnly(facts.told.get(0));
            assertThat(metrics.happened).containsSubsequence("ran", "reused");
        }

        @Test
        void ofTwoThatWorkAtOnceTheFirstOnesOutcomeIsTold() {
            // Given: another worker is faster, with another artifact
            DatasetReport faster = new DatasetReport(
                    new ArtifactRef(ArtifactKind.DATASET_CLEAN, new ArtifactId("ab".repeat(32)), 1),
                    List.of("a"),
                    1,
                    1,
                    0,
                    null,
                    false,
                    0);
            stage.script(job, (run, context) -> outcomes.recordIfAbsent(fingerprint(), Outcome.encode(stage, faster)));

            // When
            handler.handle(WorkRecords.record(job, 1), stop);

            // Then
            assertThat(facts.told)
                    .containsExactly(
                            new DatasetReady(job, WorkRecords.submitted(job).recipe(), faster));
        }
    }

    @Nested
    class Failed {
        @Test
        void whatMayPassIsGivenBack() {
            // Given
            stage.script(job, (run, context) -> {
                throw new UncheckedIOException(new IOException("busy"));
            });

            // When
            AcknowledgeType end = handler.handle(WorkRecords.record(job, LIMIT - 1), stop);

            // Then
            assertThat(end).isEqualTo(AcknowledgeType.RELEASE);
            assertThat(facts.told).isEmpty();
            assertThat(facts.buried).isEmpty();
            assertThat(metrics.happened).containsExactly("busy", "retried", "idle");
        }

        @Test
        void atTheLastDeliveryItIsBuriedThenToldThenRejected() {
            // Given
            stage.script(job, (run, context) -> {
                throw new UncheckedIOException(new IOException("busy"));
            });

            // When
            AcknowledgeType end = handler.handle(WorkRecords.record(job, LIMIT), stop);

            // Then
            assertThat(end).isEqualTo(AcknowledgeType.REJECT);
            DeadLetter letter = facts.buried.get(0);
            assertThat(letter.topic()).isEqualTo("job-submitted-dead-letter");
            assertThat(letter.key()).isEqualTo(job.toString().getBytes(UTF_8));
            assertThat(letter.headers())
                    .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
                    .contains(
                            "ce_traceparent=00-trace",
                            "dead-letter-topic=job-submitted",
                            "dead-letter-partition=0",
                            "dead-letter-offset=42",
                            "dead-letter-delivery-count=3",
                            "dead-letter-code=EXHAUSTED",
                            "dead-letter-cause=java.io.UncheckedIOException");
            assertThat(facts.told).singleElement().isInstanceOfSatisfying(JobFailed.class, failed -> assertThat(
                            failed.code())
                    .isEqualTo(FailureCode.EXHAUSTED));
            assertThat(metrics.happened).containsExactly("busy", "failed EXHAUSTED", "idle");
        }

        @Test
        void whatAFailedStageHadReachedIsKeptForTheSameWorkAskedForAgain() {
            // Given
            stage.script(job, (run, context) -> {
                context.checkpoints().write("epoch", out -> out.write(7));
                throw new UncheckedIOException(new IOException("busy"));
            });

            // When
            handler.handle(WorkRecords.record(job, LIMIT), stop);

            // Then
            assertThat(checkpoints.exists(fingerprint(), "epoch")).isTrue();
        }

        @Test
        void aRecordOfNoJobIsBuriedAlone() {
            // When
            AcknowledgeType end = handler.handle(WorkRecords.record("x", new byte[] {1}, 1, Map.of()), stop);

            // Then
            assertThat(end).isEqualTo(AcknowledgeType.REJECT);
            assertThat(facts.buried).hasSize(1);
            assertThat(facts.told).isEmpty();
        }

        @Test
        void aFailureThatCannotBeToldIsGivenBackNotLost() {
            // Given
            stage.script(job, (run, context) -> {
                throw new WorkRejectedException("one class only", null);
            });
            facts.brokerGoesAway();

            // Then
            assertThat(handler.handle(WorkRecords.record(job, LIMIT), stop)).isEqualTo(AcknowledgeType.RELEASE);
        }

        @Test
        void aReportThatCannotBeToldIsGivenBackAndKept() {
            // Given
            facts.brokerGoesAway();

            // Then
            assertThat(handler.handle(WorkRecords.record(job, 1), stop)).isEqualTo(AcknowledgeType.RELEASE);
            assertThat(outcomes.find(fingerprint())).isPresent();
        }

        @Test
        void anOutcomeOfAnotherFormIsABugThatSaysWhatToDo() {
            // Given
            outcomes.recordIfAbsent(fingerprint(), "{\"report\":{\"classes\":7}}".getBytes(UTF_8));

            // When
            handler.handle(WorkRecords.record(job, 1), stop);

            // Then
            assertThat(facts.told).singleElement().isInstanceOfSatisfying(JobFailed.class, failed -> {
                assertThat(failed.code()).isEqualTo(FailureCode.INTERNAL);
                assertThat(failed.detail()).contains("DatasetReport").contains("version must be raised");
            });
            assertThatIllegalStateException().isThrownBy(() -> Outcome.decode(stage, "{}".getBytes(UTF_8)));
        }

        @Test
        void evenAnErrorOfTheMachineEndsAsAFailedJob() {
            // Given
            stage.script(job, (run, context) -> {
                throw new OutOfMemoryError("Java heap space");
            });

            // Then
            assertThat(handler.handle(WorkRecords.record(job, 1), stop)).isEqualTo(AcknowledgeType.REJECT);
            assertThat(metrics.happened).contains("failed INTERNAL");
        }
    }

    @Nested
    class Stopped {
        @Test
        void aCancelledJobIsAcceptedAndNothingIsTold() {
            // Given
            stage.script(job, (run, context) -> {
                cancelledJobs.cancel(job);
                context.throwIfStopped();
            });

            // When
            AcknowledgeType end = handler.handle(WorkRecords.record(job, 1), stop);

            // Then
            assertThat(end).isEqualTo(AcknowledgeType.ACCEPT);
            assertThat(facts.told).isEmpty();
            assertThat(facts.buried).isEmpty();
            assertThat(outcomes.find(fingerprint())).isEmpty();
        }

        @Test
        void aJobThatWasCancelledBeforeIsNotBegun() {
            // Given
            cancelledJobs.cancel(job);

            // Then
            assertThat(handler.handle(WorkRecords.record(job, 1), stop)).isEqualTo(AcknowledgeType.ACCEPT);
            assertThat(stage.runs(job)).isZero();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }

        @Test
        void aStageThatDoesNotAskIsInterrupted() {
            // Given
            stage.script(job, (run, context) -> {
                stop.stop(StopSignal.Reason.LOCK_LOST);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });

            // When
            AcknowledgeType end = handler.handle(WorkRecords.record(job, 1), stop);

            // Then: it came to its end, and still nothing is told
            assertThat(end).isEqualTo(AcknowledgeType.RELEASE);
            assertThat(facts.told).isEmpty();
            assertThat(outcomes.find(fingerprint())).isEmpty();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }

        @Test
        void whateverAStoppedStageThrowsIsNoFailure() {
            // Given
            stage.script(job, (run, context) -> {
                stop.stop(StopSignal.Reason.SHUTTING_DOWN);
                throw new IllegalStateException("interrupted in the middle");
            });

            // Then
            assertThat(handler.handle(WorkRecords.record(job, LIMIT), stop)).isEqualTo(AcknowledgeType.RELEASE);
            assertThat(facts.told).isEmpty();
            assertThat(facts.buried).isEmpty();
        }

        @Test
        void theLongPauseBeforeAnotherTryEndsAtOnce() {
            // Given
            stage.script(job, (run, context) -> {
                ticker.schedule(() -> cancelledJobs.cancel(job), 50, TimeUnit.MILLISECONDS);
                throw new UncheckedIOException(new IOException("busy"));
            });
            long begun = System.nanoTime();

            // When
            AcknowledgeType end = handler(Duration.ofMinutes(5)).handle(WorkRecords.record(job, 1), stop);

            // Then
            assertThat(end).isEqualTo(AcknowledgeType.ACCEPT);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(1));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }

        @Test
        void checkpointsOfStoppedWorkStay() {
            // Given
            stage.script(job, (run, context) -> {
                context.checkpoints().write("epoch", out -> out.write(1));
                stop.stop(StopSignal.Reason.SHUTTING_DOWN);
                context.throwIfStopped();
            });

            // When
            handler.handle(WorkRecords.record(job, 1), stop);

            // Then
            assertThat(checkpoints.open(fingerprint(), "epoch")).isPresent();
        }
    }

    private String fingerprint() {
        return Fingerprint.of(stage, WorkRecords.submitted(job)).sha256();
    }
}
