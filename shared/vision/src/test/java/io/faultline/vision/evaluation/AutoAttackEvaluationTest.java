package io.faultline.vision.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Seed;
import io.faultline.recipe.ThreatModel;
import io.faultline.report.Accuracy;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.AttackFate;
import io.faultline.vision.attack.AutoAttack;
import io.faultline.vision.attack.LinfBall;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AutoAttackEvaluationTest {
    private static final Seed SEED = Seed.of(4);
    private static final AutoAttack ATTACK = new AutoAttack(new LinfBall(0.012), 5, 2, 5, 12);
    private static final AutoAttackEvaluation EVALUATION = new AutoAttackEvaluation(ATTACK, SEED, 8);

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, 10);
    private final Classifier classifier = network.folded(ReferenceNumbers.weights(network, 5, manager), manager);
    private final LabeledImages data =
            answeredRight(TinyImages.twoClasses(SEED, 10, 1, 8).train());

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void mergedShardsAreTheWholeWhateverTheirOrder() {
        // Given
        ShardResult first = EVALUATION.shard(0, classifier, data, manager);
        ShardResult second = EVALUATION.shard(1, classifier, data, manager);
        ShardResult third = EVALUATION.shard(2, classifier, data, manager);
        // When
        AutoAttackAccuracy merged = EVALUATION.merge(List.of(third, first, second), data.size());
        AutoAttackAccuracy atOnce = EVALUATION.merge(
                List.of(
                        EVALUATION.shard(0, classifier, data, manager),
                        EVALUATION.shard(1, classifier, data, manager),
                        EVALUATION.shard(2, classifier, data, manager)),
                data.size());
        // Then
        assertThat(EVALUATION.shards(data.size())).isEqualTo(3);
        assertThat(List.of(first.fates().size(), second.from(), third.fates().size()))
                .containsExactly(8, 8, 4);
        assertThat(merged).isEqualTo(atOnce);
        assertThat(merged.figures().clean()).isEqualTo(new Accuracy(19, 20));
        assertThat(merged.figures().robust().correct()).isBetween(1L, 18L);
        assertThat(merged.figures().robustPlaces())
                .hasSize((int) merged.figures().robust().correct())
                .doesNotContain(0)
                .isSorted();
        assertThat(LawCheck.of(merged.figures())).isEmpty();
    }

    @Test
    void countsAfterEachAttackGoDownFromCleanToRobust() {
        // When
        AutoAttackAccuracy measured = measure(EVALUATION);
        // Then
        Map<AttackFate, Accuracy> after = measured.robustAfter();
        assertThat(after.keySet())
                .containsExactly(
                        AttackFate.MISCLASSIFIED,
                        AttackFate.APGD_CE,
                        AttackFate.APGD_T,
                        AttackFate.FAB_T,
                        AttackFate.SQUARE);
        assertThat(after.get(AttackFate.MISCLASSIFIED))
                .isEqualTo(measured.figures().clean());
        assertThat(after.get(AttackFate.SQUARE)).isEqualTo(measured.figures().robust());
        assertThat(after.values().stream()
                        .map(Accuracy::correct)
                        .map(Long::intValue)
                        .map(i -> -i))
                .isSorted();
    }

    @Test
    void theSizeOfTheShardsChangesNoFigure() {
        // When
        AutoAttackAccuracy small = measure(new AutoAttackEvaluation(ATTACK, SEED, 3));
        AutoAttackAccuracy large = measure(new AutoAttackEvaluation(ATTACK, SEED, 100));
        // Then
        assertThat(small.robustAfter()).isEqualTo(large.robustAfter());
        assertThat(small.figures().robustPlaces()).isEqualTo(large.figures().robustPlaces());
    }

    @Test
    void aShardIsTheSameAfterItWasKeptAsJson() {
        // Given
        ShardResult shard = EVALUATION.shard(2, classifier, data, manager);
        // When
        byte[] json = FaultlineJson.canonicalBytes(shard);
        // Then
        assertThat(FaultlineJson.read(json, ShardResult.class)).isEqualTo(shard);
        assertThat(json.length).isLessThan(400);
    }

    @Test
    void autoAttackIsNoWeakerThanPgd() {
        // Given
        AttackRecipe pgd = new AttackRecipe(ThreatModel.LINF, Ratio.parse("0.012"), Ratio.parse("0.003"), 10, 2, true);
        RobustAccuracy byPgd = RobustAccuracy.measure(classifier, pgd, data, SEED, manager, EvaluationListener.NONE);
        // When
        AutoAttackAccuracy byAutoAttack = measure(EVALUATION);
        // Then
        assertThat(LawCheck.ofStrength("PGD-10", byPgd, "AutoAttack", byAutoAttack.figures()))
                .isEmpty();
    }

    @Test
    void radiusZeroFoolsNobody() {
        // When
        AutoAttackAccuracy measured =
                measure(new AutoAttackEvaluation(new AutoAttack(new LinfBall(0), 2, 2, 2, 2), SEED, 8));
        // Then
        assertThat(measured.figures().robust()).isEqualTo(measured.figures().clean());
        assertThat(LawCheck.of(measured.figures())).isEmpty();
    }

    @Test
    void leavesNoArrayBehind() {
        // Given
        int before = manager.getManagedArrays().size();
        // When
        EVALUATION.shard(1, classifier, data, manager);
        // Then
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void refusesAnswersThatAreNotNumbers() {
        assertThatExceptionOfType(NonFiniteLogitsException.class)
                .isThrownBy(() ->
                        EVALUATION.shard(1, images -> classifier.logits(images).mul(Float.NaN), data, manager))
                .withMessageContaining("images 8 to 15 are not finite");
    }

    @Test
    void refusesShardsThatAreMissingTwiceThereOrAnotherEvaluations() {
        // Given
        ShardResult first = EVALUATION.shard(0, classifier, data, manager);
        ShardResult second = new ShardResult(1, 8, first.fates(), 0.012, 0, 0, 0, 0, List.of());
        ShardResult third = new ShardResult(2, 16, first.fates().subList(0, 4), 0.03, 0, 0, 0, 0, List.of());
        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVALUATION.merge(List.of(first, second), 20))
                .withMessage(
                        "there are results of the shards [0, 1]; needed is one of each of 3: measure the missing ones");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVALUATION.merge(List.of(first, second, second), 20))
                .withMessageStartingWith("there are results of the shards [0, 1, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVALUATION.merge(List.of(first, second, third), 20))
                .withMessage("the result of shard 2 is of 4 images from 16 at radius 0.03; expected 4 from 16 at 0.012:"
                        + " it is another evaluation's");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVALUATION.shard(3, classifier, data, manager))
                .withMessage("shard is 3; allowed: 0 to 2 of 20 images in shards of 8");
    }

    private AutoAttackAccuracy measure(AutoAttackEvaluation evaluation) {
        List<ShardResult> results = IntStream.range(0, evaluation.shards(data.size()))
                .mapToObj(shard -> evaluation.shard(shard, classifier, data, manager))
                .toList();
        return evaluation.merge(results, data.size());
    }

    /** The images with the network's own answers as labels, but for the first, which is wrong. */
    private LabeledImages answeredRight(LabeledImages images) {
        int[] labels = Predictions.of(classifier, images, manager, EvaluationListener.NONE);
        labels[0] = (labels[0] + 1) % 10;
        return new LabeledImages(images.ids(), labels, images.images());
    }
}
