package io.faultline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.artifact.ArtifactStore;
import io.faultline.event.DatasetReady;
import io.faultline.event.FailureCode;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.ModelReady;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Objective;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.testkit.ClusterEvents;
import io.faultline.testkit.KafkaTestResource;
import io.faultline.testkit.StoreTestResource;
import io.faultline.testkit.TinyImages;
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

/** The whole service on a real broker. */
@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
@QuarkusTestResource(StoreTestResource.class)
class TrainerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

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
    void aReadyDataSetBecomesAModelForRift() {
        // Given
        DatasetReady ready = ready(Objective.ADVERSARIAL, RiftRecipe.USUAL, 8);

        // When
        cluster.send(ready);

        // Then
        ModelReady model = cluster.await(Topics.MODEL_READY, job, ModelReady.class, PATIENCE);
        assertThat(model.recipe()).isEqualTo(ready.recipe());
        assertThat(model.dataset()).isEqualTo(ready.dataset());
        assertThat(model.training().epochs()).hasSize(TinyJobs.EPOCHS);
        assertThat(model.training().testRobust().total()).isEqualTo(16);
        assertThat(artifacts.contains(model.training().checkpoint().id())).isTrue();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(progress())
                .isNotEmpty()
                .allMatch(progressed -> progressed.stage() == StageName.TRAINING));
    }

    @Test
    void aJobWithoutRiftIsCompletedAndTheSameEventTwiceHasOneResult() {
        // Given
        DatasetReady ready = ready(Objective.ERM, null, 8);

        // When
        cluster.send(ready);
        cluster.send(ready);

        // Then
        await().atMost(PATIENCE)
                .until(() -> cluster.told(Topics.JOB_RESULTS, job).size() >= 2);
        assertThat(cluster.told(Topics.JOB_RESULTS, job))
                .extracting(record -> FaultlineJson.read(record.value(), JobCompleted.class))
                .containsOnly(cluster.await(Topics.JOB_RESULTS, job, JobCompleted.class, PATIENCE));
    }

    @Test
    void imagesThatAreTooSmallFailTheJobAndLeaveADeadLetter() {
        // When
        cluster.send(ready(Objective.ERM, null, 6));

        // Then
        assertThat(cluster.await(Topics.JOB_FAILED, job, JobFailed.class, PATIENCE))
                .isEqualTo(new JobFailed(
                        job,
                        StageName.TRAINING,
                        FailureCode.REJECTED,
                        "dataset, training split: the images are 6×6; the networks take at least 8×8"));
        await().atMost(PATIENCE)
                .until(() -> cluster.told(Topics.deadLetter(Topics.DATASET_READY), job)
                                .size()
                        == 1);
        assertThat(cluster.told(Topics.MODEL_READY, job)).isEmpty();
    }

    private List<JobProgressed> progress() {
        return cluster.told(Topics.JOB_PROGRESS, job).stream()
                .map(record -> FaultlineJson.read(record.value(), JobProgressed.class))
                .toList();
    }

    private DatasetReady ready(Objective objective, RiftRecipe rift, int side) {
        return TinyJobs.ready(
                job,
                artifacts,
                TinyImages.twoClasses(Seed.of(1), 16, 8, side),
                TinyJobs.recipe(TinyJobs.training(objective, 0.05), rift, 7));
    }
}
