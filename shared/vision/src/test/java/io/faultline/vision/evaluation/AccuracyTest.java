package io.faultline.vision.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Seed;
import io.faultline.recipe.ThreatModel;
import io.faultline.report.Accuracy;
import io.faultline.report.PairedDifference;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.attack.LinfBall;
import io.faultline.vision.attack.PerturbationBall;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {
    private final NDManager manager = ComputeDevice.open("cpu");
    private final LabeledImages data =
            TinyImages.twoClasses(Seed.of(1), 150, 1, 8).train();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void countsRightAnswersOverSeveralBatches() {
        // Given
        List<Integer> measured = new ArrayList<>();
        // When
        Accuracy right = CleanAccuracy.measure(this::halves, data, manager, measured::add);
        Accuracy wrong = CleanAccuracy.measure(images -> halves(images).neg(), data, manager, EvaluationListener.NONE);
        // Then
        assertThat(right).isEqualTo(new Accuracy(300, 300));
        assertThat(wrong).isEqualTo(new Accuracy(0, 300));
        assertThat(measured).containsExactly(128, 128, 44);
    }

    @Test
    void aLargeEnoughPerturbationDefeatsALinearClassifierAndASmallOneDoesNot() {
        // When: the halves differ by 144 of 255 levels
        RobustAccuracy strong = measure(attack(ThreatModel.LINF, "0.4"));
        RobustAccuracy weak = measure(attack(ThreatModel.LINF, "0.05"));
        // Then
        assertThat(strong.clean()).isEqualTo(new Accuracy(300, 300));
        assertThat(strong.robust()).isEqualTo(new Accuracy(0, 300));
        assertThat(weak.robust()).isEqualTo(new Accuracy(300, 300));
        assertThat(LawCheck.of(strong)).isEmpty();
        assertThat(LawCheck.of(weak)).isEmpty();
    }

    @Test
    void nothingIsRobustThatIsWrongWithoutAnAttack() {
        // When
        RobustAccuracy measured = RobustAccuracy.measure(
                images -> halves(images).neg(),
                attack(ThreatModel.L2, "0.1"),
                data,
                Seed.of(1),
                manager,
                EvaluationListener.NONE);
        // Then
        assertThat(measured.clean()).isEqualTo(new Accuracy(0, 300));
        assertThat(measured.robust()).isEqualTo(new Accuracy(0, 300));
        assertThat(LawCheck.of(measured)).isEmpty();
    }

    @Test
    void robustAccuracyAtRadiusZeroIsCleanAccuracy() {
        // When
        RobustAccuracy measured = measure(attack(ThreatModel.LINF, "0"));
        // Then
        assertThat(measured.robust()).isEqualTo(measured.clean());
        assertThat(LawCheck.of(measured)).isEmpty();
    }

    @Test
    void refusesAnswersThatAreNotNumbers() {
        assertThatExceptionOfType(NonFiniteLogitsException.class)
                .isThrownBy(() -> CleanAccuracy.measure(
                        images -> halves(images).mul(Float.NaN), data, manager, EvaluationListener.NONE))
                .withMessageContaining("images 0 to 127 are not finite");
    }

    @Test
    void leavesNoArrayBehind() {
        // Given
        int before = manager.getManagedArrays().size();
        // When
        measure(attack(ThreatModel.LINF, "0.1"));
        CleanAccuracy.measure(this::halves, data, manager, EvaluationListener.NONE);
        // Then
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void everyBrokenLawIsASentence() {
        // Given
        Accuracy half = new Accuracy(5, 10);
        Accuracy more = new Accuracy(6, 10);
        // Then
        assertThat(LawCheck.of(new RobustAccuracy(half, more, 0.1, 0.1, 0, 1, 0, List.of(), List.of())))
                .containsExactly("Robust accuracy is 6 of 10 and clean accuracy only 5; an attack cannot help.");
        assertThat(LawCheck.of(new RobustAccuracy(half, half, 0.1, 0.11, 0, 1, 0, List.of(), List.of())))
                .containsExactly(
                        "An attacked image is 0.110000 away from its original; the ball's radius is 0.100000.");
        assertThat(LawCheck.of(new RobustAccuracy(half, half, 0.1, 0.1, -0.5, 1.5, 0, List.of(), List.of())))
                .containsExactly("Attacked images have pixels from -0.500000 to 1.50000; allowed: 0 to 1.");
        assertThat(LawCheck.of(new RobustAccuracy(more, half, 0, 0, 0, 1, 0, List.of(), List.of())))
                .containsExactly("Robust accuracy at radius 0 is 5 of 10 and clean accuracy 6; they must be equal.");
        assertThat(LawCheck.of(new RobustAccuracy(half, half, 0.1, Double.NaN, 0, 1, 0, List.of(), List.of())))
                .hasSize(1);
        assertThat(LawCheck.of(new RobustAccuracy(half, half, 0.1, 0.1, 0, 1, 2, List.of(), List.of())))
                .containsExactly(
                        "2 of the attacked images were answered otherwise when they were stored and scored again.");
    }

    @Test
    void anAttackOutsideItsBallIsSuspect() {
        // When
        RobustAccuracy moved = measure(new LinfBall(0.01), (c, images, labels, seeds) -> images.mul(0.9f));
        // Then
        assertThat(LawCheck.of(moved)).hasSize(1);
        assertThat(LawCheck.of(moved).get(0))
                .startsWith("An attacked image is 0.0")
                .endsWith("radius is 0.0100000.");
    }

    @Test
    void anAttackOutsideThePixelRangeIsSuspect() {
        // When
        RobustAccuracy moved = measure(new LinfBall(1), (c, images, labels, seeds) -> images.add(0.9f));
        // Then
        assertThat(LawCheck.of(moved)).hasSize(1);
        assertThat(LawCheck.of(moved).get(0)).startsWith("Attacked images have pixels from");
    }

    @Test
    void anAttackThatFoolsAtRadiusZeroIsSuspect() {
        // When
        RobustAccuracy moved = measure(
                new LinfBall(0), (c, images, labels, seeds) -> images.neg().add(1f));
        // Then
        assertThat(LawCheck.of(moved))
                .anyMatch(law -> law.startsWith("Robust accuracy at radius 0 is 0 of 300 and clean accuracy 300"));
    }

    @Test
    void aClassifierThatChangesItsMindIsSuspect() {
        // Given: of each batch, the images as they are, attacked and stored; the last are answered the other way round
        AtomicInteger asked = new AtomicInteger();
        Classifier fickle =
                images -> asked.incrementAndGet() % 3 == 0 ? halves(images).neg() : halves(images);
        // When
        RobustAccuracy measured = RobustAccuracy.measure(
                fickle,
                (c, images, labels, seeds) -> images.duplicate(),
                new LinfBall(0),
                data,
                Seed.of(1),
                manager,
                EvaluationListener.NONE);
        // Then
        assertThat(LawCheck.of(measured))
                .containsExactly(
                        "300 of the attacked images were answered otherwise when they were stored and scored again.");
    }

    @Test
    void anAnswerOnTheEdgeMayChange() {
        // Given: all logits the same but for a ten-thousandth of a ten-thousandth
        AtomicInteger asked = new AtomicInteger();
        Classifier edge = images -> {
            float sign = asked.incrementAndGet() % 3 == 0 ? -1 : 1;
            return halves(images).mul(sign * 1e-8f).add(1f);
        };
        // When
        RobustAccuracy measured = RobustAccuracy.measure(
                edge,
                (c, images, labels, seeds) -> images.duplicate(),
                new LinfBall(0),
                data,
                Seed.of(1),
                manager,
                EvaluationListener.NONE);
        // Then
        assertThat(LawCheck.of(measured)).isEmpty();
    }

    @Test
    void aStrongerAttackThatFoolsFewerIsSuspect() {
        // Given
        RobustAccuracy none = measure(new LinfBall(0.4), (c, images, labels, seeds) -> images.duplicate());
        RobustAccuracy strong = measure(attack(ThreatModel.LINF, "0.4"));
        // Then
        assertThat(LawCheck.ofStrength("no attack", none, "PGD-5", strong)).isEmpty();
        assertThat(LawCheck.ofStrength("PGD-5", strong, "no attack", none))
                .containsExactly(
                        "0 of 300 images are robust against PGD-5 and 300 against no attack, which is stronger;"
                                + " by chance that happens with probability 4.9e-91.");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, false",
        "0, 9, false",
        "0, 10, true",
        "5, 15, false",
        "5, 24, true",
        "400, 490, false",
        "400, 510, true"
    })
    void aFewImagesMoreAreNoise(int onlyWeaker, int onlyStronger, boolean broken) {
        // Given: 2^-10 is under 0.001, 2^-9 is not; 24 of 29 heads have a chance of 0.0003, 15 of 20 one of 0.02
        RobustAccuracy weaker = robust(IntStream.range(0, onlyWeaker));
        RobustAccuracy stronger = robust(IntStream.range(1000, 1000 + onlyStronger));
        // Then
        assertThat(LawCheck.ofStrength("PGD-10", weaker, "PGD-20", stronger).isEmpty())
                .isNotEqualTo(broken);
    }

    @Test
    void aChangeIsPairedImageByImage() {
        // Given: of ten images, one is lost and three are won; robust ones stay
        RobustAccuracy before = paired(10, List.of(0, 1, 2, 3), List.of(0, 1));
        RobustAccuracy after = paired(10, List.of(1, 2, 3, 7, 8, 9), List.of(0, 1));

        // When, Then: by hand, √((4/10 − (2/10)²)/10) = 0.18974
        assertThat(after.cleanChange(before).points()).isEqualTo(20);
        assertThat(after.cleanChange(before).standardError()).isCloseTo(18.974, within(1e-3));
        assertThat(after.robustChange(before)).isEqualTo(new PairedDifference(0, 0));
    }

    @Test
    void aChangeBetweenDifferentImagesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> paired(10, List.of(), List.of()).robustChange(paired(9, List.of(), List.of())))
                .withMessage("10 images beside 9; accuracies can be paired on the same images alone");
    }

    @Test
    void knowsWhichImagesAreLabelledRight() {
        // When: each of three batches tells the places of its own
        RobustAccuracy measured = measure(attack(ThreatModel.LINF, "0.4"));

        // Then
        assertThat(measured.cleanPlaces())
                .isEqualTo(IntStream.range(0, 300).boxed().toList());
        assertThat(measured.robustPlaces()).isEmpty();
    }

    private static RobustAccuracy paired(int total, List<Integer> clean, List<Integer> robust) {
        return new RobustAccuracy(
                new Accuracy(clean.size(), total),
                new Accuracy(robust.size(), total),
                0.1,
                0.1,
                0,
                1,
                0,
                clean,
                robust);
    }

    @Test
    void refusesToCompareDifferentImages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LawCheck.ofStrength(
                        "a",
                        robust(IntStream.range(0, 3)),
                        "b",
                        new RobustAccuracy(
                                new Accuracy(5, 10), new Accuracy(5, 10), 0.1, 0, 0, 0, 0, List.of(), List.of())))
                .withMessageContaining("compare on the same images and radius");
    }

    private static RobustAccuracy robust(IntStream places) {
        List<Integer> robust = places.boxed().toList();
        return new RobustAccuracy(
                new Accuracy(2000, 2000), new Accuracy(robust.size(), 2000), 0.1, 0.1, 0, 1, 0, List.of(), robust);
    }

    private RobustAccuracy measure(PerturbationBall ball, Adversary adversary) {
        return RobustAccuracy.measure(
                this::halves, adversary, ball, data, Seed.of(1), manager, EvaluationListener.NONE);
    }

    private RobustAccuracy measure(AttackRecipe attack) {
        return RobustAccuracy.measure(this::halves, attack, data, Seed.of(1), manager, EvaluationListener.NONE);
    }

    private static AttackRecipe attack(ThreatModel threat, String radius) {
        return new AttackRecipe(threat, Ratio.parse(radius), Ratio.parse("0.1"), 5, 1, true);
    }

    /** Logits: mean of the left half, mean of the right half. */
    private NDArray halves(NDArray images) {
        long count = images.getShape().get(0);
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images);
            NDArray columns = images.sum(new int[] {1, 2}); // (N, 8)
            float[] weights = new float[16];
            for (int column = 0; column < 8; column++) {
                weights[column * 2 + (column < 4 ? 0 : 1)] = 1f / 96;
            }
            return scope.ret(
                    columns.matMul(Tensors.of(scope, weights, new Shape(8, 2))).reshape(count, 2));
        }
    }
}
