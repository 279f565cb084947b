package io.faultline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.backing.ClusterTopics;
import io.faultline.backing.KafkaNode;
import io.faultline.dataset.ImageDataset;
import io.faultline.event.DatasetReady;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Seed;
import io.faultline.report.TrainingReport;
import io.faultline.testkit.ClusterEvents;
import io.faultline.testkit.TinyImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packaged service as a process of its own, killed in the middle of its work. */
class KilledTrainerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final Path RUNNER = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final ImageDataset DATASET = TinyImages.twoClasses(Seed.of(1), 150, 10, 32);

    @TempDir
    Path directory;

    private final JobId job = new JobId(UUID.randomUUID());
    private KafkaNode broker;
    private Process service;

    @BeforeEach
    void startBroker() {
        // a lock of 2 s: the broker soon hands a dead service's record out again
        broker = KafkaNode.start(
                directory.resolve("kafka"),
                0,
                directory.resolve("kafka.log"),
                Map.of("group.share.record.lock.duration.ms", "2000"));
        ClusterTopics.declare(broker.bootstrapServers());
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        if (service != null) {
            service.destroyForcibly().waitFor();
        }
        broker.close();
    }

    @Test
    void aServiceThatIsKilledWithinAnEpochEndsInTheSameWeightsAsOneThatIsNot() throws Exception {
        // Given
        Path store = directory.resolve("store");
        DatasetReady ready = TinyJobs.ready(
                job, new FileSystemArtifactStore(store), DATASET, TinyJobs.recipe(TinyJobs.longTraining(), null, 7));
        RecordedContext undisturbedContext = new RecordedContext(directory.resolve("other-store"));
        TinyJobs.ready(job, undisturbedContext.artifacts(), DATASET, ready.recipe());
        TrainingReport undisturbed =
                new ClassifierTraining(TinyJobs.onCpu(Duration.ofSeconds(30))).run(ready, undisturbedContext);
        try (ClusterEvents cluster = new ClusterEvents(broker.bootstrapServers())) {
            service = start(store);
            cluster.send(ready);
            await().atMost(PATIENCE).until(() -> isWithinAnEpoch(cluster));

            // When
            service.destroyForcibly().waitFor(); // SIGKILL
            service = start(store);

            // Then
            JobCompleted completed = cluster.await(Topics.JOB_RESULTS, job, JobCompleted.class, PATIENCE);
            assertThat(completed.training())
                    .usingRecursiveComparison()
                    .ignoringFields("epochs.seconds")
                    .isEqualTo(undisturbed);
            assertThat(Files.readString(directory.resolve("service.log"))).contains("training goes on after epoch=");
        }
    }

    /** Five times at random moments, of which the seed is the objective's name; minutes, so it is asked for by its tag. */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource(names = {"ERM", "ADVERSARIAL"})
    void aServiceThatIsKilledFiveTimesEndsInTheSameWeightsAsOneThatIsNot(Objective objective) throws Exception {
        // Given
        Path store = directory.resolve("store");
        DatasetReady ready = TinyJobs.ready(
                job,
                new FileSystemArtifactStore(store),
                DATASET,
                TinyJobs.recipe(TinyJobs.longTraining(objective, objective == Objective.ERM ? 120 : 30), null, 7));
        RecordedContext undisturbedContext = new RecordedContext(directory.resolve("other-store"));
        TinyJobs.ready(job, undisturbedContext.artifacts(), DATASET, ready.recipe());
        TrainingReport undisturbed =
                new ClassifierTraining(TinyJobs.onCpu(Duration.ofSeconds(30))).run(ready, undisturbedContext);
        SplittableRandom random = new SplittableRandom(objective.name().hashCode());
        try (ClusterEvents cluster = new ClusterEvents(broker.bootstrapServers())) {
            cluster.send(ready);

            // When
            for (int kill = 1; kill <= 5; kill++) {
                int before = cluster.told(Topics.JOB_PROGRESS, job).size();
                service = start(store);
                await().atMost(PATIENCE).until(() -> trainsOn(cluster, before));
                assertThat(service.waitFor(random.nextInt(1_500), TimeUnit.MILLISECONDS))
                        .as("the service ended by itself before kill %d", kill)
                        .isFalse();
                assertThat(cluster.told(Topics.JOB_RESULTS, job)).isEmpty();
                service.destroyForcibly().waitFor(); // SIGKILL
            }
            service = start(store);

            // Then
            JobCompleted completed = cluster.await(Topics.JOB_RESULTS, job, JobCompleted.class, PATIENCE);
            assertThat(completed.training())
                    .usingRecursiveComparison()
                    .ignoringFields("epochs.seconds")
                    .isEqualTo(undisturbed);
            assertThat(Files.readString(directory.resolve("service.log")).split("training goes on after epoch="))
                    .as("parts of the log between resumptions")
                    .hasSizeGreaterThan(4);
        }
    }

    /** Has taken a step since so many facts of progress were told. */
    private boolean trainsOn(ClusterEvents cluster, int before) {
        assertThat(service.isAlive()).isTrue();
        return cluster.told(Topics.JOB_PROGRESS, job).stream()
                .skip(before)
                .map(record -> FaultlineJson.read(record.value(), JobProgressed.class))
                .anyMatch(progress -> progress.phase().startsWith("epoch ") && progress.done() > 0);
    }

    /** In the second epoch or later, with at least one batch done. */
    private boolean isWithinAnEpoch(ClusterEvents cluster) {
        assertThat(service.isAlive()).isTrue();
        return cluster.told(Topics.JOB_PROGRESS, job).stream()
                .map(record -> FaultlineJson.read(record.value(), JobProgressed.class))
                .anyMatch(progress -> progress.phase().matches("epoch [234] of 4") && progress.done() > 0);
    }

    private Process start(Path store) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dkafka.bootstrap.servers=" + broker.bootstrapServers(),
                "-Dfaultline.store.directory=" + store,
                "-Dfaultline.trainer.checkpoint-interval=PT0.05S",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-jar",
                RUNNER.toAbsolutePath().toString());
        Path log = directory.resolve("service.log");
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }
}
