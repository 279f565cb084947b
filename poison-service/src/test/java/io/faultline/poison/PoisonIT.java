package io.faultline.poison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.artifact.ArtifactStore;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.ImageDataset;
import io.faultline.event.DatasetReady;
import io.faultline.event.FailureCode;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.faultline.poison.key.MasterKey;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.testkit.ClusterEvents;
import io.faultline.testkit.KafkaTestResource;
import io.faultline.testkit.StoreTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole service with a master key on a real broker. */
@QuarkusTest
@TestProfile(PoisonIT.WithMasterKey.class)
@QuarkusTestResource(KafkaTestResource.class)
@QuarkusTestResource(StoreTestResource.class)
class PoisonIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEY = "00112233445566778899aabbccddeeff".repeat(2);
    private static final SyntheticDatasetRecipe DATASET = new SyntheticDatasetRecipe(4, 2, Seed.of(3));
    private static final CudaRecipe KEYED = new CudaRecipe(3, 0.3, 0.5, null);
    private static final TrainingRecipe TRAINING =
            new TrainingRecipe(null, null, null, null, null, null, null, null, null, null, null, null);

    /** Gives the service a key. */
    public static final class WithMasterKey implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("faultline.poison.master-key-hex", KEY);
        }
    }

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
    void aSubmittedJobBecomesAProtectedDataSetForTheTrainer() {
        // Given
        JobSubmitted submitted = new JobSubmitted(job, recipe(KEYED, TRAINING));

        // When
        cluster.send(submitted);

        // Then
        DatasetReady ready = cluster.await(Topics.DATASET_READY, job, DatasetReady.class, PATIENCE);
        assertThat(ready.recipe()).isEqualTo(submitted.recipe());
        assertThat(ready.dataset().protectedImages()).isEqualTo(20);
        assertThat(ready.dataset().keyId())
                .isEqualTo(MasterKey.fromHex(KEY, "test").id());
        ImageDataset stored =
                DatasetReader.read(artifacts.localCopy(ready.dataset().dataset().id()));
        assertThat(stored.train().size()).isEqualTo(40);
        assertThat(stored.test().size()).isEqualTo(20);
    }

    @Test
    void aJobOfThisStageAloneIsCompletedAndTheSameOneTwiceHasOneResult() {
        // Given
        JobSubmitted submitted = new JobSubmitted(job, recipe(KEYED, null));

        // When
        cluster.send(submitted);
        cluster.send(submitted);
        cluster.await(Topics.JOB_RESULTS, job, JobCompleted.class, PATIENCE);
        cluster.send(submitted);

        // Then
        await().atMost(PATIENCE)
                .until(() -> cluster.told(Topics.JOB_RESULTS, job).size() >= 2);
        assertThat(cluster.told(Topics.JOB_RESULTS, job))
                .extracting(record -> FaultlineJson.read(record.value(), JobCompleted.class))
                .allMatch(completed -> completed.dataset().trainImages() == 40)
                .containsOnly(cluster.await(Topics.JOB_RESULTS, job, JobCompleted.class, PATIENCE));
    }

    @Test
    void aKernelLargerThanTheImagesFailsTheJobAndLeavesADeadLetter() {
        // When
        cluster.send(new JobSubmitted(job, recipe(new CudaRecipe(33, 0.3, 1.0, null), TRAINING)));

        // Then
        assertThat(cluster.await(Topics.JOB_FAILED, job, JobFailed.class, PATIENCE))
                .isEqualTo(new JobFailed(
                        job,
                        StageName.POISON,
                        FailureCode.REJECTED,
                        "poison.kernelSize is 33 and image bar/00000 of the data set is 32×32; allowed: a kernel no larger"
                                + " than the images"));
        await().atMost(PATIENCE)
                .until(() -> cluster.told(Topics.deadLetter(Topics.JOB_SUBMITTED), job)
                                .size()
                        == 1);
        assertThat(cluster.told(Topics.DATASET_READY, job)).isEmpty();
    }

    private static Recipe recipe(CudaRecipe poison, TrainingRecipe training) {
        return new Recipe("poison-it", DATASET, poison, training, null, Seed.of(7));
    }
}
