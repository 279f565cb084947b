package io.faultline.rift.criticality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Seed;
import io.faultline.rift.GoldenNetwork;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.Checkpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixedExamplesTest {
    private static final int BATCH = 20;

    @TempDir
    Path folder;

    private final LabeledImages images = GoldenNetwork.cleanImages();
    private NDManager manager;
    private Checkpoint checkpoint;

    @BeforeEach
    void load() {
        manager = NDManager.newBaseManager();
        checkpoint = GoldenNetwork.checkpoint(manager);
    }

    @AfterEach
    void free() {
        manager.close();
    }

    /** Batches by place; dies when asked to keep one too many. */
    private static final class Chunks implements FixedExamples.Chunks {
        private final Map<Integer, Safetensors> kept = new HashMap<>();
        private int mostNew = Integer.MAX_VALUE;

        @Override
        public Optional<Safetensors> kept(int place) {
            return Optional.ofNullable(kept.get(place));
        }

        @Override
        public void keep(int place, Safetensors chunk) {
            if (mostNew-- == 0) {
                throw new IllegalStateException("killed");
            }
            kept.put(place, chunk);
        }
    }

    @Test
    void writtenAndReadTheyAreTheSameBitForBit() {
        // Given
        try (FixedExamples made = attacked(FixedExamples.Chunks.NONE, ActivationBudget.usual())) {
            byte[] file = file(made);

            // When
            try (FixedExamples read =
                    FixedExamples.read(new ByteArrayInputStream(file), manager, new ActivationBudget(0, folder))) {
                // Then
                assertThat(read.size()).isEqualTo(48);
                assertThat(read.batches()).extracting(FixedExamples.Batch::size).containsExactly(20L, 20L, 8L);
                assertThat(read.spilled()).isEqualTo(48 * 3 * 8 * 8 * 4);
                assertThat(file(read)).isEqualTo(file);
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theFileIsSafetensorsWithImagesLabelsAndProvenance() {
        // Given
        try (FixedExamples made = attacked(FixedExamples.Chunks.NONE, ActivationBudget.usual())) {
            // When
            Safetensors file = Safetensors.read(new ByteArrayInputStream(file(made)));

            // Then
            assertThat(file.metadata()).containsEntry("examples", "48").containsEntry("attack", "pgd");
            assertThat(file.tensors())
                    .containsOnlyKeys(
                            "images.000000",
                            "labels.000000",
                            "images.000001",
                            "labels.000001",
                            "images.000002",
                            "labels.000002");
            assertThat(file.tensors().get("images.000002").shape()).isEqualTo(List.of(8L, 3L, 8L, 8L));
            assertThat(file.tensors().get("labels.000000").longs()).startsWith(0, 1, 2, 3, 0);
        }
    }

    @Test
    void makingGoesOnWhereItWasCutOff() {
        // Given
        byte[] undisturbed;
        try (FixedExamples made = attacked(FixedExamples.Chunks.NONE, ActivationBudget.usual())) {
            undisturbed = file(made);
        }
        Chunks chunks = new Chunks();
        chunks.mostNew = 2;
        assertThatThrownBy(() -> attacked(chunks, ActivationBudget.usual())).hasMessage("killed");

        // When
        chunks.mostNew = 1;
        try (FixedExamples resumed = attacked(chunks, ActivationBudget.usual())) {
            // Then
            assertThat(file(resumed)).isEqualTo(undisturbed);
        }
    }

    @Test
    void aBatchThatWasKeptOfOtherImagesIsRefused() {
        // Given
        Chunks chunks = new Chunks();
        attacked(chunks, ActivationBudget.usual()).close();
        chunks.kept.put(0, chunks.kept.get(2));

        // When, Then
        assertThatThrownBy(() -> attacked(chunks, ActivationBudget.usual()))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith("batch 0 of the adversarial examples was kept with [images.000002");
    }

    @Test
    void anotherFileIsRefused() {
        // Given
        byte[] network = GoldenNetwork.checkpointFile();

        // When, Then
        assertThatThrownBy(
                        () -> FixedExamples.read(new ByteArrayInputStream(network), manager, ActivationBudget.usual()))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("the file of adversarial examples goes on with 'conv1.weight'; expected 'images.000000'");
    }

    private FixedExamples attacked(FixedExamples.Chunks chunks, ActivationBudget budget) {
        return FixedExamples.attacked(
                images,
                new FixedExamples.Making(Adversary.of(AttackRecipe.PGD_10), checkpoint.classifier(), BATCH, Seed.of(7)),
                chunks,
                EvaluationListener.NONE,
                manager,
                budget);
    }

    private static byte[] file(FixedExamples examples) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            examples.writeTo(out, Map.of("attack", "pgd"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
