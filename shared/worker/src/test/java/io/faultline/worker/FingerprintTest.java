package io.faultline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.artifact.ArtifactId;
import io.faultline.event.JobEvent;
import io.faultline.event.JobId;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static final ArtifactId ARTIFACT = new ArtifactId("ab".repeat(32));
    private static final Object SETTINGS = Map.of("name", "x", "epochs", 3);

    @Test
    void isTheDigestOfTheCanonicalJson() {
        // Then: Python's hashlib.sha256 of {"artifacts":["sha256:abab…"],"settings":{"epochs":3,"name":"x"},
        // "stage":"poison","version":7} without white space
        assertThat(fingerprint(StageName.POISON, 7, List.of(ARTIFACT), SETTINGS))
                .isEqualTo("b94e3f543db4794adbce6e7bc4d581a6135bae9601d893c0fa06eb9d0d5d1baf");
    }

    @Test
    void isTheSameForAnotherJobThatAsksForTheSame() {
        assertThat(fingerprint(StageName.POISON, 7, List.of(ARTIFACT), SETTINGS))
                .isEqualTo(fingerprint(StageName.POISON, 7, List.of(ARTIFACT), SETTINGS));
    }

    @Test
    void isAnotherForEveryDifference() {
        // Given
        ArtifactId other = new ArtifactId("cd".repeat(32));

        // Then
        assertThat(List.of(
                        fingerprint(StageName.POISON, 7, List.of(ARTIFACT), SETTINGS),
                        fingerprint(StageName.TRAINING, 7, List.of(ARTIFACT), SETTINGS),
                        fingerprint(StageName.POISON, 8, List.of(ARTIFACT), SETTINGS),
                        fingerprint(StageName.POISON, 7, List.of(), SETTINGS),
                        fingerprint(StageName.POISON, 7, List.of(other), SETTINGS),
                        fingerprint(StageName.POISON, 7, List.of(ARTIFACT, other), SETTINGS),
                        fingerprint(StageName.POISON, 7, List.of(other, ARTIFACT), SETTINGS),
                        fingerprint(StageName.POISON, 7, List.of(ARTIFACT), Map.of("name", "y", "epochs", 3))))
                .doesNotHaveDuplicates();
    }

    private static String fingerprint(StageName name, int version, List<ArtifactId> artifacts, Object settings) {
        Recipe recipe = new Recipe("x", new SyntheticDatasetRecipe(5, 1, null), null, null, null, null);
        return Fingerprint.of(
                        new NamedStage(name, version, new StageInput(artifacts, settings)),
                        new JobSubmitted(new JobId(UUID.randomUUID()), recipe))
                .sha256();
    }

    private record NamedStage(StageName name, int version, StageInput input) implements Stage<JobSubmitted, String> {
        @Override
        public StageInput input(JobSubmitted event) {
            return input;
        }

        @Override
        public Class<JobSubmitted> eventType() {
            return JobSubmitted.class;
        }

        @Override
        public Class<String> reportType() {
            return String.class;
        }

        @Override
        public String topic() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String run(JobSubmitted event, StageContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public JobEvent completed(JobSubmitted event, String report) {
            throw new UnsupportedOperationException();
        }
    }
}
