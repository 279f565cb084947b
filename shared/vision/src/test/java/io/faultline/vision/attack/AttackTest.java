package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every attack. */
class AttackTest {
    // a pixel of up to 1 is known to 6e-8 in float32; adding and subtracting one loses as much again
    private static final double ROUNDING = 2e-7;
    private static final int IMAGES = 6;
    private static final ImageSeeds SEEDS = ImageSeeds.inOrder(Seed.of(3), IMAGES);

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, 10);
    private final StateDict weights = ReferenceNumbers.weights(network, 5, manager);
    private final Classifier classifier = network.folded(weights, manager);
    private final NDArray images = ReferenceNumbers.of(6).tensor(manager, new Shape(IMAGES, 3, 8, 8), 0.5, 0.5);
    private final NDArray labels =
            Tensors.of(manager, Answers.of(classifier, images).ranked(1), new Shape(IMAGES));

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<PerturbationBall> balls() {
        return Stream.of(
                new LinfBall(0), new LinfBall(0.01), new LinfBall(1), new L2Ball(0), new L2Ball(0.1), new L2Ball(30));
    }

    static Stream<Adversary> attacksOn(PerturbationBall ball) {
        return Stream.of(
                new FastGradient(ball),
                AutoProjectedGradientDescent.untargeted(ball, AttackLoss.CROSS_ENTROPY, 6),
                AutoProjectedGradientDescent.untargeted(ball, AttackLoss.LOGITS_RATIO, 6),
                new AutoProjectedGradientDescent(ball, AttackLoss.TARGETED_LOGITS_RATIO, 3, 6),
                new AutoProjectedGradientDescent(ball, AttackLoss.TARGETED_DIFFERENCE, 2, 0),
                new FastAdaptiveBoundary(ball, 2, 6),
                new SquareAttack(ball, 12),
                new AutoAttack(ball, 4, 2, 4, 10));
    }

    static Stream<Arguments> attacks() {
        return balls().flatMap(ball -> attacksOn(ball).map(attack -> Arguments.of(ball, attack)));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void everyImageStaysInTheBallAndInTheRange(PerturbationBall ball, Adversary attack) {
        // When
        NDArray adversarial = attack.perturb(classifier, images, labels, SEEDS);
        // Then
        for (float distance : ball.distance(adversarial, images).toFloatArray()) {
            assertThat((double) distance).isLessThanOrEqualTo(ball.radius() * (1 + 1e-6) + ROUNDING);
        }
        assertThat(adversarial.min().toFloatArray()[0]).isGreaterThanOrEqualTo(0);
        assertThat(adversarial.max().toFloatArray()[0]).isLessThanOrEqualTo(1);
        assertThat(adversarial.getShape()).isEqualTo(images.getShape());
    }

    @ParameterizedTest
    @MethodSource("attacksInMiddlingBalls")
    void leavesNothingBehindButTheResultAndNoWeightChanged(Adversary attack) {
        // Given
        StateDict before = weights.copy(manager);
        int arrays = manager.getManagedArrays().size();
        // When
        NDArray adversarial = attack.perturb(classifier, images, labels, SEEDS);
        // Then
        assertThat(manager.getManagedArrays()).hasSize(arrays + 1);
        assertThat(adversarial.getManager()).isSameAs(images.getManager());
        assertThat(images.hasGradient()).isFalse();
        assertThat(weights.names())
                .allMatch(name -> weights.get(name).contentEquals(before.get(name))
                        && !weights.get(name).hasGradient());
    }

    static Stream<Adversary> attacksInMiddlingBalls() {
        return Stream.of(new LinfBall(0.01), new L2Ball(0.1)).flatMap(AttackTest::attacksOn);
    }

    @ParameterizedTest
    @MethodSource("attacksInMiddlingBalls")
    void sameSeedsGiveTheSameBits(Adversary attack) {
        // When
        float[] one = attack.perturb(classifier, images, labels, SEEDS).toFloatArray();
        float[] again = attack.perturb(classifier, images, labels, SEEDS).toFloatArray();
        // Then
        assertThat(again).containsExactly(one);
    }

    @ParameterizedTest
    @MethodSource("attacksInMiddlingBalls")
    void anImageIsAttackedAlikeWhoeverIsBesideIt(Adversary attack) {
        // Given
        float[] together = attack.perturb(classifier, images, labels, SEEDS).toFloatArray();
        int pixels = together.length / IMAGES;
        for (int image : new int[] {1, 4}) {
            int[] alone = {image};
            NDArray label = Tensors.of(manager, Rows.at(labels.toLongArray(), alone), new Shape(1));
            // When
            float[] single = attack.perturb(classifier, Rows.pick(images, alone), label, SEEDS.at(alone))
                    .toFloatArray();
            // Then: but for the network's rounding, which depends on the size of the batch
            float[] expected = Arrays.copyOfRange(together, image * pixels, (image + 1) * pixels);
            assertThat(single).containsExactly(expected, within(1e-5f));
        }
    }

    @ParameterizedTest
    @MethodSource("attacksInMiddlingBalls")
    void anImageThatIsWrongAlreadyStaysWrong(Adversary attack) {
        // Given: every label is another class
        long[] wrong = Answers.of(classifier, images).ranked(10);
        NDArray others = Tensors.of(manager, wrong, new Shape(IMAGES));
        // When
        NDArray adversarial = attack.perturb(classifier, images, others, SEEDS);
        // Then
        assertThat(Answers.of(classifier, adversarial).places(wrong, true)).hasSize(IMAGES);
    }

    static Stream<Adversary> attacksOnALinearClassifier() {
        return Stream.of(new LinfBall(0.01), new L2Ball(0.5))
                .flatMap(ball -> Stream.of(
                        new FastGradient(ball),
                        AutoProjectedGradientDescent.untargeted(ball, AttackLoss.CROSS_ENTROPY, 6),
                        AutoProjectedGradientDescent.untargeted(ball, AttackLoss.LOGITS_RATIO, 6),
                        new AutoProjectedGradientDescent(ball, AttackLoss.TARGETED_LOGITS_RATIO, 2, 6),
                        new FastAdaptiveBoundary(ball, 2, 6),
                        new SquareAttack(ball, 400),
                        new AutoAttack(ball, 4, 2, 4, 10)));
    }

    @ParameterizedTest
    @MethodSource("attacksOnALinearClassifier")
    void getsTheBetterOfALinearClassifier(Adversary attack) {
        // Given: class 1 scores the mean of all pixels, class 0 a little less, the others far less
        Classifier mean = x -> {
            try (NDManager scratch = x.getManager().newSubManager()) {
                scratch.tempAttachAll(x);
                NDArray brightness = x.reshape(x.getShape().get(0), -1).mean(new int[] {1}, true);
                NDArray none = brightness.mul(0);
                return scratch.ret(none.add(0.497f)
                        .concat(brightness, 1)
                        .concat(none.add(0.1f), 1)
                        .concat(none, 1));
            }
        };
        NDArray grey = images.mul(0).add(0.5f);
        long[] bright = {1, 1, 1, 1, 1, 1};
        // When
        NDArray adversarial = attack.perturb(mean, grey, Tensors.of(manager, bright, new Shape(IMAGES)), SEEDS);
        // Then
        assertThat(Answers.of(mean, adversarial).places(bright, true)).hasSize(IMAGES);
    }

    @Test
    void anImageThatWasFooledIsNotAttackedAgain() {
        // Given: the first attack fools on whoever it meets with a pixel above the middle in front
        List<Long> attacked = new ArrayList<>();
        Adversary first = AutoProjectedGradientDescent.untargeted(new LinfBall(0.01), AttackLoss.CROSS_ENTROPY, 4);
        Adversary counting = (c, x, y, seeds) -> {
            attacked.add(x.getShape().get(0));
            return x.duplicate();
        };
        int fooled = Answers.of(classifier, first.perturb(classifier, images, labels, SEEDS.derive(0)))
                .places(labels.toLongArray(), true)
                .length;
        // When
        new FirstToFool(List.of(first, counting)).perturb(classifier, images, labels, SEEDS);
        // Then
        assertThat(fooled).isBetween(1, IMAGES - 1);
        assertThat(attacked).containsExactly((long) IMAGES - fooled);
    }

    @Test
    void theFirstOfSeveralStartsToFoolFoolsWhomTheWorstOfThemDoes() {
        // Given
        AttackRecipe recipe = AttackRecipe.PGD_10.withSteps(1);
        Adversary once = Adversary.of(recipe);
        // When
        NDArray worst = new WorstOfRestarts(once, 4).perturb(classifier, images, labels, SEEDS);
        NDArray first = new FirstToFool(List.of(once, once, once, once)).perturb(classifier, images, labels, SEEDS);
        // Then
        long[] truth = labels.toLongArray();
        assertThat(Answers.of(classifier, first).places(truth, true))
                .containsExactly(Answers.of(classifier, worst).places(truth, true));
    }

    @Test
    void squaresShrinkAsQueriesGoBy() {
        assertThat(SquareAttack.share(0)).isEqualTo(0.8);
        assertThat(SquareAttack.share(10)).isEqualTo(0.8);
        assertThat(SquareAttack.share(11)).isEqualTo(0.4);
        assertThat(SquareAttack.share(501)).isEqualTo(0.05);
        assertThat(SquareAttack.share(4_999)).isEqualTo(0.8 / 128);
        assertThat(SquareAttack.share(9_000)).isEqualTo(0.8 / 512);
    }

    @Test
    void hillsAreOfLengthOneAndOfOppositeSign() {
        // When
        double[][] hills = L2Squares.hills(3, false);
        // Then: the upper hill is 1/4, 1 + 1/4, 1/4 before it is scaled
        assertThat(Arrays.stream(hills)
                        .flatMapToDouble(Arrays::stream)
                        .map(v -> v * v)
                        .sum())
                .isCloseTo(1, within(1e-12));
        assertThat(Arrays.stream(hills[0]).min().orElseThrow()).isPositive();
        assertThat(Arrays.stream(hills[1]).max().orElseThrow()).isNegative();
        assertThat(hills[0][1] / hills[0][0]).isCloseTo(5, within(1e-12));
        assertThat(L2Squares.hills(3, true)[1][0]).isEqualTo(hills[0][1]);
    }

    @Test
    void refusesNonsense() {
        PerturbationBall ball = new LinfBall(0.1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AutoProjectedGradientDescent(ball, AttackLoss.TARGETED_DIFFERENCE, 1, 5))
                .withMessage("rank is 1; allowed: 2 or more, as 1 is the label itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AutoProjectedGradientDescent.untargeted(ball, AttackLoss.TARGETED_DIFFERENCE, 5))
                .withMessage("TARGETED_DIFFERENCE leads to a class; say which");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FastAdaptiveBoundary(ball, 11, 5).perturb(classifier, images, labels, SEEDS))
                .withMessage("rank is 11; the network has 10 classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SquareAttack(ball, -1))
                .withMessage("queries is -1; allowed: 0 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AutoAttack(ball, 1, 0, 1, 1))
                .withMessage("targets is 0; allowed: 1 or more");
        assertThatIllegalArgumentException().isThrownBy(() -> new FirstToFool(List.of()));
    }
}
