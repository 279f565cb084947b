package io.faultline.rift;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.artifact.ArtifactStore;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.event.FailureCode;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.ModelReady;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Seed;
import io.faultline.testkit.ClusterEvents;
import io.faultline.testkit.KafkaTestResource;
import io.faultline.testkit.StoreTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole service on a real broker, with a network of eleven thousand weights. */
@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
@QuarkusTestResource(StoreTestResource.class)
class RiftIT {
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @Inject
    ArtifactStore artifacts;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private final JobId job = new JobId(UUID.randomUUID());
    private ClusterEvents cluster;

    @BeforeEach
    void connect() {
        cluster = new ClusterEvents(bootstrapServers);
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Test
    void aTrainedModelBecomesTheJobsResult() {
        // Given
        ModelReady ready = GoldenJob.modelReady(artifacts, job, GoldenJob.rift(List.of(0.0, 0.5, 1.0)));

        // When
        cluster.send(ready);

        // Then
        JobCompleted completed = cluster.await(Topics.JOB_RESULTS, job, JobCompleted.class, PATIENCE);
        assertThat(completed.training()).isEqualTo(ready.training());
        assertThat(completed.rift().ranking()).hasSize(GoldenJob.MODULES);
        assertThat(completed.suspicions()).isEmpty();
        assertThat(artifacts.contains(completed.rift().checkpoint().id())).isTrue();
        assertThat(artifacts.contains(completed.rift().criticality().id())).isTrue();
        assertThat(artifacts.contains(completed.rift().document().id())).isTrue();
        assertThat(cluster.told(Topics.JOB_PROGRESS, job))
                .isNotEmpty()
                .allMatch(record ->
                        FaultlineJson.read(record.value(), JobProgressed.class).stage() == StageName.RIFT);
    }

    @Test
    void aDataSetOfOtherClassesFailsTheJob() {
        // Given
        ModelReady ready = GoldenJob.modelReady(
                artifacts, job, GoldenJob.rift(List.of(0.0, 1.0)), SyntheticShapes.generate(4, 1, Seed.of(1)));

        // When
        cluster.send(ready);

        // Then
        assertThat(cluster.await(Topics.JOB_FAILED, job, JobFailed.class, PATIENCE))
                .isEqualTo(new JobFailed(
                        job,
                        StageName.RIFT,
                        FailureCode.REJECTED,
                        "the network tells 4 classes apart and the data set has 10; refine a network on the data set it was"
                                + " trained on"));
    }
}
