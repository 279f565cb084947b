package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.Tensors;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutoAttackTest {
    private static final int IMAGES = 8;
    private static final ImageSeeds SEEDS = ImageSeeds.inOrder(Seed.of(3), IMAGES);

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NDArray images = ReferenceNumbers.of(6).tensor(manager, new Shape(IMAGES, 3, 8, 8), 0.5, 0.5);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void theStandardVersionIsThePublishedOne() {
        assertThat(AutoAttack.standard(new LinfBall(0.1)))
                .isEqualTo(new AutoAttack(new LinfBall(0.1), 100, 9, 100, 5_000));
    }

    @Test
    void saysWhatBecameOfEachImageAndTheImagesBearItOut() {
        // Given: the first image's label is wrong
        Classifier classifier = network(10);
        long[] labels = Answers.of(classifier, images).ranked(1);
        labels[0] = (labels[0] + 1) % 10;
        NDArray truth = Tensors.of(manager, labels, new Shape(IMAGES));
        // When
        AutoAttack.Outcome outcome =
                new AutoAttack(new LinfBall(0.008), 10, 2, 10, 20).attack(classifier, images, truth, SEEDS);
        // Then
        Answers answers = Answers.of(classifier, outcome.adversarial());
        float[] distances =
                new LinfBall(1).distance(outcome.adversarial(), images).toFloatArray();
        assertThat(outcome.fates().get(0)).isEqualTo(AttackFate.MISCLASSIFIED);
        assertThat(outcome.fates()).contains(AttackFate.ROBUST, AttackFate.APGD_CE);
        for (int i = 0; i < IMAGES; i++) {
            AttackFate fate = outcome.fates().get(i);
            boolean attacked = fate != AttackFate.ROBUST && fate != AttackFate.MISCLASSIFIED;
            assertThat(answers.wrong(i, labels[i])).isEqualTo(fate != AttackFate.ROBUST);
            assertThat(distances[i] > 0).isEqualTo(attacked);
        }
        assertThat(outcome.largestDistance()).isBetween(0.00799, 0.00801);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void takesThePlainDifferenceWhereThereAreTooFewClassesAndSaysSo(int classes) {
        // Given
        Classifier classifier = network(classes);
        NDArray labels = Tensors.of(manager, Answers.of(classifier, images).ranked(1), new Shape(IMAGES));
        // When
        AutoAttack.Outcome outcome =
                new AutoAttack(new LinfBall(1), 4, 9, 4, 4).attack(classifier, images, labels, SEEDS);
        // Then
        assertThat(outcome.fates()).hasSize(IMAGES).doesNotContain(AttackFate.MISCLASSIFIED);
        assertThat(outcome.notes())
                .containsExactly("With " + classes
                        + " classes the targeted difference-of-logits ratio does not exist, which needs 4; APGD-T"
                        + " ascended the plain difference of the two logits.");
    }

    @Test
    void attacksNobodyWhereAllAreWrongAlready() {
        // Given
        Classifier classifier = network(10);
        NDArray labels = Tensors.of(manager, Answers.of(classifier, images).ranked(2), new Shape(IMAGES));
        // When
        AutoAttack.Outcome outcome = AutoAttack.standard(new L2Ball(0.5)).attack(classifier, images, labels, SEEDS);
        // Then
        assertThat(outcome.fates()).containsOnly(AttackFate.MISCLASSIFIED);
        assertThat(outcome.adversarial().toFloatArray()).containsExactly(images.toFloatArray());
        assertThat(List.of(outcome.largestDistance(), outcome.lowestPixel(), outcome.highestPixel()))
                .containsOnly(0.0);
    }

    private Classifier network(int classes) {
        NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, classes);
        return network.folded(ReferenceNumbers.weights(network, 5, manager), manager);
    }
}
