package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.OutcomeLedger;
import io.faultline.backing.KafkaNode;
import io.faultline.event.DatasetReady;
import io.faultline.event.FailureCode;
import io.faultline.event.JobCancelled;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.report.DatasetReport;
import io.faultline.testkit.KafkaTestResource;
import io.faultline.testkit.StoreTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole worker with a scripted stage on a real broker, whose locks last two seconds. */
@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
@QuarkusTestResource(StoreTestResource.class)
class WorkerIT {
    private static final String DEAD_LETTERS = Topics.deadLetter(Topics.JOB_SUBMITTED);
    private static final Duration LOCK = Duration.ofMillis(KafkaTestResource.LOCK_MILLIS);

    @Inject
    ScriptedStage stage;

    @Inject
    OutcomeLedger outcomes;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @TestHTTPResource("/q")
    URI management;

    KafkaNode kafka;

    private TestCluster cluster;
    private final JobId job = new JobId(UUID.randomUUID());

    @BeforeEach
    void connect() {
        cluster = new TestCluster(bootstrapServers);
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Test
    void factInFactOut() {
        // Given
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        JobSubmitted submitted = submitted();

        // When
        cluster.send(submitted, TestCluster.header("ce_traceparent", traceparent));

        // Then
        ConsumerRecord<String, byte[]> record =
                cluster.await(Topics.DATASET_READY, job, 1).get(0);
        DatasetReady ready = TestCluster.read(record, DatasetReady.class);
        assertThat(ready.jobId()).isEqualTo(job);
        assertThat(ready.recipe()).isEqualTo(submitted.recipe());
        assertThat(ready.dataset().classes()).containsExactly("circle", "square");
        assertThat(ready.dataset().clippedShare()).isEqualTo(0.25);
        assertThat(TestCluster.header(record, "ce_specversion")).isEqualTo("1.0");
        assertThat(TestCluster.header(record, "ce_id")).isEqualTo(ready.eventId());
        assertThat(TestCluster.header(record, "ce_type")).isEqualTo("io.faultline.dataset-ready.v1");
        assertThat(TestCluster.header(record, "ce_source")).isEqualTo("/faultline/scripted-service");
        assertThat(TestCluster.header(record, "ce_subject")).isEqualTo(job.toString());
        assertThat(OffsetDateTime.parse(TestCluster.header(record, "ce_time")).toInstant())
                .isBetween(Instant.now().minus(TestCluster.PATIENCE), Instant.now());
        assertThat(TestCluster.header(record, "ce_traceparent")).isEqualTo(traceparent);
        assertThat(TestCluster.header(record, "content-type")).isEqualTo("application/json");
        cluster.awaitAllSettled();
    }

    @Test
    void healthAndMetricsTellOfTheWork() {
        // Given
        cluster.send(submitted());
        cluster.await(Topics.DATASET_READY, job, 1);
        cluster.awaitAllSettled();

        // Then
        assertThat(get("/health/live")).contains("\"status\": \"UP\"").contains("work loop");
        assertThat(get("/health/ready")).contains("\"status\": \"UP\"").contains("work subscription");
        assertThat(get("/metrics"))
                .containsPattern("faultline_stage_duration_seconds_count\\{[^}]*stage=\"poison\"[^}]*} [1-9]")
                .containsPattern("faultline_stage_busy\\{[^}]*stage=\"poison\"[^}]*} 0");
    }

    @Test
    void theSameEventTwiceIsOneRunAndOneResult() {
        // Given
        JobSubmitted submitted = submitted();

        // When
        cluster.send(submitted);
        cluster.send(submitted);

        // Then
        List<ConsumerRecord<String, byte[]>> results = cluster.await(Topics.DATASET_READY, job, 2);
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(1);
        assertThat(results)
                .extracting(record -> TestCluster.header(record, "ce_id"))
                .containsOnly(
                        TestCluster.read(results.get(0), DatasetReady.class).eventId());
        assertThat(results)
                .extracting(record -> new String(record.value(), UTF_8))
                .containsOnly(new String(results.get(0).value(), UTF_8));
    }

    @Test
    void anOutcomeThatIsThereAlreadyIsToldWithoutARun() {
        // Given
        JobSubmitted submitted = submitted();
        DatasetReport recorded = new DatasetReport(
                new ArtifactRef(ArtifactKind.DATASET_CLEAN, new ArtifactId("ab".repeat(32)), 7),
                List.of("only"),
                1,
                1,
                0,
                null,
                false,
                0);
        outcomes.recordIfAbsent(Fingerprint.of(stage, submitted).sha256(), Outcome.encode(stage, recorded));

        // When
        cluster.send(submitted);

        // Then
        ConsumerRecord<String, byte[]> result =
                cluster.await(Topics.DATASET_READY, job, 1).get(0);
        assertThat(TestCluster.read(result, DatasetReady.class).dataset()).isEqualTo(recorded);
        assertThat(stage.runs(job)).isZero();
    }

    @Test
    void aFailureThatMayPassIsTriedAgainFromTheCheckpoint() {
        // Given
        stage.script(job, (run, context) -> {
            if (run == 1) {
                context.checkpoints().write("half", out -> out.write("half way".getBytes(UTF_8)));
                throw new UncheckedIOException(new IOException("the disk is busy"));
            }
            assertThat(context.checkpoints().open("half"))
                    .hasValueSatisfying(half -> assertThat(half).hasContent("half way"));
        });

        // When
        cluster.send(submitted());

        // Then
        cluster.await(Topics.DATASET_READY, job, 1);
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(2);
        assertThat(cluster.told(Topics.JOB_FAILED, job)).isEmpty();
    }

    @Test
    void workThatKeepsFailingIsADeadLetterAndAFailedJobAfterTheLastDelivery() {
        // Given
        stage.script(job, (run, context) -> {
            throw new UncheckedIOException(new IOException("the disk is full"));
        });
        JobSubmitted submitted = submitted();

        // When
        cluster.send(submitted);

        // Then
        JobFailed failed = failure();
        assertThat(failed.code()).isEqualTo(FailureCode.EXHAUSTED);
        assertThat(failed.stage()).isEqualTo(StageName.POISON);
        assertThat(failed.detail()).contains("failed 3 times").contains("the disk is full");
        ConsumerRecord<String, byte[]> letter =
                cluster.await(DEAD_LETTERS, job, 1).get(0);
        assertThat(letter.value()).isEqualTo(TestCluster.json(submitted));
        assertThat(TestCluster.header(letter, "ce_id")).isEqualTo(submitted.eventId());
        assertThat(TestCluster.header(letter, "dead-letter-reason")).isEqualTo(failed.detail());
        assertThat(TestCluster.header(letter, "dead-letter-cause")).isEqualTo(UncheckedIOException.class.getName());
        assertThat(TestCluster.header(letter, "dead-letter-delivery-count")).isEqualTo("3");
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(3);
        assertThat(cluster.told(Topics.DATASET_READY, job)).isEmpty();
    }

    @Test
    void anUnreadableRecordIsADeadLetterAndAFailedJob() {
        // Given
        byte[] garbage = "{\"jobId\": not json".getBytes(UTF_8);

        // When
        cluster.send(Topics.JOB_SUBMITTED, job.toString(), garbage, List.of());

        // Then
        assertThat(failure().code()).isEqualTo(FailureCode.UNREADABLE);
        ConsumerRecord<String, byte[]> letter =
                cluster.await(DEAD_LETTERS, job, 1).get(0);
        assertThat(letter.value()).isEqualTo(garbage);
        assertThat(TestCluster.header(letter, "dead-letter-topic")).isEqualTo(Topics.JOB_SUBMITTED);
        assertThat(TestCluster.header(letter, "dead-letter-partition")).isEqualTo("0");
        assertThat(TestCluster.header(letter, "dead-letter-offset")).matches("\\d+");
        assertThat(TestCluster.header(letter, "dead-letter-delivery-count")).isEqualTo("1");
        assertThat(TestCluster.header(letter, "dead-letter-code")).isEqualTo("UNREADABLE");
        assertThat(TestCluster.header(letter, "dead-letter-reason")).contains("JobSubmitted");
        cluster.awaitAllSettled();
    }

    @Test
    void aRecordWithoutValueIsADeadLetterToo() {
        // When
        cluster.send(Topics.JOB_SUBMITTED, job.toString(), null, List.of());

        // Then
        assertThat(failure().code()).isEqualTo(FailureCode.UNREADABLE);
        assertThat(cluster.await(DEAD_LETTERS, job, 1).get(0).value()).isNull();
        cluster.awaitAllSettled();
    }

    @Test
    void rejectedWorkFailsTheJobWithoutAnotherTry() {
        // Given
        stage.script(job, (run, context) -> {
            throw new WorkRejectedException("the data set has one class; at least two are needed", null);
        });

        // When
        cluster.send(submitted());

        // Then
        JobFailed failed = failure();
        assertThat(failed.code()).isEqualTo(FailureCode.REJECTED);
        assertThat(failed.detail()).isEqualTo("the data set has one class; at least two are needed");
        cluster.await(DEAD_LETTERS, job, 1);
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(1);
    }

    @Test
    void aRecipeThatAsksForTheImpossibleIsRejected() {
        // Given
        String json =
                new String(TestCluster.json(submitted()), UTF_8).replace("\"trainPerClass\":5", "\"trainPerClass\":-5");

        // When
        cluster.send(Topics.JOB_SUBMITTED, job.toString(), json.getBytes(UTF_8), List.of());

        // Then
        JobFailed failed = failure();
        assertThat(failed.code()).isEqualTo(FailureCode.REJECTED);
        assertThat(failed.detail()).contains("trainPerClass").contains("-5");
        cluster.awaitAllSettled();
    }

    @Test
    void aBugFailsTheJobAndTheWorkerGoesOn() {
        // Given
        JobId next = new JobId(UUID.randomUUID());
        stage.script(job, (run, context) -> {
            throw new UnsatisfiedLinkError("libtorch.so is missing");
        });

        // When
        cluster.send(submitted());
        cluster.send(new JobSubmitted(next, recipe("after a bug " + next)));

        // Then
        JobFailed failed = failure();
        assertThat(failed.code()).isEqualTo(FailureCode.INTERNAL);
        assertThat(failed.detail()).contains("UnsatisfiedLinkError: libtorch.so is missing");
        cluster.await(DEAD_LETTERS, job, 1);
        cluster.await(Topics.DATASET_READY, next, 1);
        assertThat(stage.runs(job)).isEqualTo(1);
    }

    @Test
    void aFailureOfAnotherPartOfTheJobStopsTheWork() {
        // Given
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        stage.script(job, (run, context) -> {
            begun.countDown();
            try {
                holdUntilStopped(context);
            } finally {
                stopped.countDown();
            }
        });
        cluster.send(submitted());
        awaitLatch(begun);

        // When
        cluster.send(new JobFailed(job, StageName.POISON, FailureCode.EXHAUSTED, "told by another pod"));

        // Then
        awaitLatch(stopped);
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(1);
        assertThat(cluster.told(Topics.DATASET_READY, job)).isEmpty();
        assertThat(cluster.told(DEAD_LETTERS, job)).isEmpty();
    }

    @Test
    void cancellingStopsTheWorkAndNothingIsTold() {
        // Given
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        stage.script(job, (run, context) -> {
            begun.countDown();
            try {
                holdUntilStopped(context);
            } finally {
                stopped.countDown();
            }
        });
        cluster.send(submitted());
        awaitLatch(begun);

        // When
        cluster.send(new JobCancelled(job));

        // Then
        awaitLatch(stopped);
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(1);
        assertThat(cluster.told(Topics.DATASET_READY, job)).isEmpty();
        assertThat(cluster.told(Topics.JOB_FAILED, job)).isEmpty();
        assertThat(cluster.told(DEAD_LETTERS, job)).isEmpty();
    }

    @Test
    void workOfAJobThatWasCancelledBeforeIsNotBegun() {
        // Given: a job whose work was stopped by its cancellation, so that the worker has heard of it
        cancellingStopsTheWorkAndNothingIsTold();

        // When
        cluster.send(submitted());

        // Then
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(1);
        assertThat(cluster.told(Topics.DATASET_READY, job)).isEmpty();
    }

    @Test
    void workThatOutlastsSeveralLocksIsRunOnce() {
        // Given
        Duration work = LOCK.multipliedBy(3).plusMillis(500);
        stage.script(job, (run, context) -> hold(work));

        // When
        cluster.send(submitted());

        // Then
        cluster.await(Topics.DATASET_READY, job, 1);
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(1);
    }

    @Test
    void progressIsToldAtOnceThenAtMostTwicePerSecondAndNeverFallsSilent() {
        // Given: much to tell for a while, then nothing for two heartbeats
        stage.script(job, (run, context) -> {
            ProgressPhase phase = context.beginPhase("epoch 1 of 1", 1000, "images");
            AtomicInteger images = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(10)).until(() -> {
                phase.advance(1);
                phase.measured("loss", 1.0 / images.incrementAndGet());
                return images.get() == 150;
            });
            hold(Duration.ofMillis(2500));
        });

        // When
        cluster.send(submitted());

        // Then
        cluster.await(Topics.DATASET_READY, job, 1);
        List<JobProgressed> progress = cluster.await(Topics.JOB_PROGRESS, job, 5).stream()
                .map(record -> TestCluster.read(record, JobProgressed.class))
                .toList();
        assertThat(progress.get(0).phase()).isEqualTo("starting");
        JobProgressed last = progress.get(progress.size() - 1);
        assertThat(last.phase()).isEqualTo("epoch 1 of 1");
        assertThat(last.done()).isEqualTo(150);
        assertThat(last.total()).isEqualTo(1000);
        assertThat(last.unit()).isEqualTo("images");
        assertThat(last.metrics()).containsEntry("loss", 1.0 / 150);
        assertThat(last.ratePerSecond()).isBetween(1.0, 150.0);
        assertThat(last.secondsLeft()).isBetween(5.0, 850.0);
        for (int event = 1; event < progress.size(); event++) {
            assertThat(Duration.between(
                            progress.get(event - 1).at(), progress.get(event).at()))
                    .isBetween(Duration.ofMillis(500), Duration.ofSeconds(10));
        }
    }

    @Test
    void aBrokerThatGoesAwayInTheMiddleOfWorkLosesNothing() {
        // Given
        CountDownLatch begun = new CountDownLatch(1);
        stage.script(job, (run, context) -> {
            if (run == 1) {
                context.checkpoints().write("half", out -> out.write(1));
                begun.countDown();
                holdUntilStopped(context);
            }
            assertThat(context.checkpoints().open("half")).isPresent();
        });
        cluster.send(submitted());
        awaitLatch(begun);

        // When
        kafka.stop();
        hold(LOCK);
        kafka.restart();

        // Then
        cluster.await(Topics.DATASET_READY, job, 1);
        cluster.awaitAllSettled();
        assertThat(stage.runs(job)).isEqualTo(2);
        assertThat(cluster.told(Topics.JOB_FAILED, job)).isEmpty();
    }

    @Test
    void aBrokerThatGoesAwayWhileNothingIsInWorkIsFoundAgain() {
        // Given
        cluster.awaitAllSettled();

        // When
        kafka.kill();
        kafka.restart();
        cluster.send(submitted());

        // Then
        cluster.await(Topics.DATASET_READY, job, 1);
    }

    private JobFailed failure() {
        return TestCluster.read(cluster.await(Topics.JOB_FAILED, job, 1).get(0), JobFailed.class);
    }

    private JobSubmitted submitted() {
        // one job, one recipe: its outcome is nobody else's
        return new JobSubmitted(job, recipe("job " + job));
    }

    private String get(String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(management + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    private static Recipe recipe(String name) {
        return new Recipe(name, new SyntheticDatasetRecipe(5, 1, null), null, null, null, null);
    }

    private static void holdUntilStopped(StageContext context) {
        await().atMost(TestCluster.PATIENCE).until(() -> {
            context.throwIfStopped();
            return false;
        });
    }

    /** Lets time pass, which is what the test is about. */
    private static void hold(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await().atMost(time.plus(TestCluster.PATIENCE)).until(() -> System.nanoTime() - end >= 0);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
