package io.faultline.rift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.backing.ClusterTopics;
import io.faultline.backing.KafkaNode;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.ModelReady;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.InterpolationRecipe;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.SgdRecipe;
import io.faultline.report.RiftReport;
import io.faultline.rift.criticality.ActivationBudget;
import io.faultline.testkit.ClusterEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packaged services as processes of their own, on one partition, which share the modules of one network. */
class ReplicasIT {
    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final Path RUNNER = Path.of("target", "quarkus-app", "quarkus-run.jar");
    /** So many rounds that a module takes long enough to be caught in the middle. */
    private static final RiftRecipe RIFT = new RiftRecipe(
            new CriticalityRecipe(null, 0.1, 60, 0.05, 8, null, null, null),
            null,
            new FineTuningRecipe(2, 16, new SgdRecipe(0.3, null, null, null), null),
            new InterpolationRecipe(List.of(0.0, 0.5, 1.0), 0, 100.0, null),
            null,
            1,
            null);

    @TempDir
    Path directory;

    private final JobId job = new JobId(UUID.randomUUID());
    private final List<Process> replicas = new ArrayList<>();
    private KafkaNode broker;

    @BeforeEach
    void startBroker() {
        // a lock of 2 s: the broker soon hands a dead replica's record out again
        broker = KafkaNode.start(
                directory.resolve("kafka"),
                0,
                directory.resolve("kafka.log"),
                Map.of("group.share.record.lock.duration.ms", "2000"));
        ClusterTopics.declare(broker.bootstrapServers());
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process replica : replicas) {
            replica.destroyForcibly().waitFor();
        }
        broker.close();
    }

    @Test
    void threeReplicasOfWhichOneIsKilledGiveWhatOneAloneGives() throws Exception {
        // Given
        RecordedContext alone = new RecordedContext(directory.resolve("other-store"));
        RobustCriticalFineTuning stage = new RobustCriticalFineTuning("cpu", ActivationBudget.usual(), "test");
        RiftReport expected = stage.run(GoldenJob.modelReady(alone.artifacts(), job, RIFT), alone);
        stage.close();
        Path store = directory.resolve("store");
        ModelReady ready = GoldenJob.modelReady(new FileSystemArtifactStore(store), job, RIFT);
        try (ClusterEvents cluster = new ClusterEvents(broker.bootstrapServers())) {
            for (int i = 0; i < 3; i++) {
                replicas.add(start(store, i));
            }
            await().atMost(PATIENCE).until(() -> IntStream.range(0, 3).allMatch(this::listens));
            cluster.send(ready);

            // When
            await().atMost(PATIENCE).until(() -> isWithinAModule(cluster));
            replicas.get(1).destroyForcibly().waitFor(); // SIGKILL

            // Then
            JobCompleted completed = cluster.await(Topics.JOB_RESULTS, job, JobCompleted.class, PATIENCE);
            assertThat(completed.rift())
                    .usingRecursiveComparison()
                    .ignoringFields("deviceSeconds", "document", "data")
                    .isEqualTo(expected);
            assertThat(IntStream.range(0, 3).filter(this::hasWorked).count())
                    .as("replicas that had a part in it")
                    .isGreaterThan(1);
            assertThat(cluster.told(Topics.JOB_RESULTS, job)).hasSize(1);
        }
    }

    private boolean isWithinAModule(ClusterEvents cluster) {
        assertThat(replicas).allMatch(Process::isAlive);
        return cluster.told(Topics.JOB_PROGRESS, job).stream()
                .map(record -> FaultlineJson.read(record.value(), JobProgressed.class))
                .anyMatch(progress -> progress.phase().startsWith("criticality of ") && progress.done() > 0);
    }

    private boolean listens(int replica) {
        assertThat(replicas.get(replica).isAlive()).isTrue();
        return log(replica).contains("Listening on: ");
    }

    private boolean hasWorked(int replica) {
        return log(replica).contains("stage ended in ");
    }

    private String log(int replica) {
        try {
            Path log = logFile(replica);
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path logFile(int replica) {
        return directory.resolve("replica-" + replica + ".log");
    }

    private Process start(Path store, int replica) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-Dkafka.bootstrap.servers=" + broker.bootstrapServers(),
                "-Dfaultline.store.directory=" + store,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-jar",
                RUNNER.toAbsolutePath().toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(logFile(replica).toFile())
                .start();
    }
}
