package io.faultline.vision.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.dataset.CorruptedImages;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.corruption.Corruption;
import io.faultline.vision.corruption.CorruptionLevel;
import io.faultline.vision.corruption.CorruptionScale;
import io.faultline.vision.network.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorruptionRobustnessTest {
    private static final Seed SEED = Seed.of(1);

    private final NDManager manager = ComputeDevice.open("cpu");
    private final LabeledImages data =
            TinyImages.twoClasses(Seed.of(1), 150, 1, 8).train();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void isTheAccuracyOnTheCorruptedImages() {
        // Given: a threshold that noise crosses now and then
        CorruptionLevel level = CorruptionLevel.of(Corruption.IMPULSE_NOISE, 5, CorruptionScale.IMAGENET);
        List<RgbImage> corrupted = IntStream.range(0, data.size())
                .mapToObj(i -> level.apply(data.images().get(i), i, SEED))
                .toList();
        Accuracy expected = CleanAccuracy.measure(
                this::corners,
                new LabeledImages(data.ids(), data.labels(), corrupted),
                manager,
                EvaluationListener.NONE);
        List<Integer> measured = new ArrayList<>();
        // When
        CorruptionAccuracy actual =
                CorruptionRobustness.measure(this::corners, level, data, SEED, manager, measured::add);
        // Then
        assertThat(expected.correct()).isBetween(200L, 299L);
        assertThat(actual).isEqualTo(new CorruptionAccuracy("impulse_noise", 5, expected, actual.correctPlaces()));
        assertThat(actual.correctPlaces()).hasSize((int) expected.correct()).isSorted();
        assertThat(measured).containsExactly(128, 128, 44);
    }

    @Test
    void aSlightCorruptionHarmsNoClearPicture() {
        CorruptionLevel level = CorruptionLevel.of(Corruption.BRIGHTNESS, 1, CorruptionScale.CIFAR);
        assertThat(CorruptionRobustness.measure(this::corners, level, data, SEED, manager, EvaluationListener.NONE)
                        .accuracy())
                .isEqualTo(new Accuracy(300, 300));
    }

    @Test
    void measuresAPublishedSet() {
        // Given: two severities, the second of them labelled the wrong way round
        CorruptedImages published = new PublishedImages(data);
        // When
        CorruptionAccuracy right =
                CorruptionRobustness.measure(this::corners, published, "fog", 1, manager, EvaluationListener.NONE);
        CorruptionAccuracy wrong =
                CorruptionRobustness.measure(this::corners, published, "fog", 2, manager, EvaluationListener.NONE);
        // Then
        assertThat(right)
                .isEqualTo(new CorruptionAccuracy(
                        "fog",
                        1,
                        new Accuracy(300, 300),
                        IntStream.range(0, 300).boxed().toList()));
        assertThat(wrong).isEqualTo(new CorruptionAccuracy("fog", 2, new Accuracy(0, 300), List.of()));
    }

    @Test
    void whatABatchThrowsEndsTheEvaluation() {
        // Given
        CorruptedImages broken = new PublishedImages(data) {
            @Override
            public LabeledImages read(String corruption, int severity, int[] places) {
                if (places[0] > 0) {
                    throw new IllegalStateException("disk is gone at " + places[0]);
                }
                return super.read(corruption, severity, places);
            }
        };
        // Then
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        CorruptionRobustness.measure(this::corners, broken, "fog", 1, manager, EvaluationListener.NONE))
                .withMessage("disk is gone at 128");
    }

    @Test
    void leavesNoArrayBehind() {
        // Given
        int before = manager.getManagedArrays().size();
        CorruptionLevel level = CorruptionLevel.of(Corruption.FOG, 3, CorruptionScale.CIFAR);
        // When
        CorruptionRobustness.measure(this::corners, level, data, SEED, manager, EvaluationListener.NONE);
        // Then
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void refusesAnswersThatAreNotNumbersAndNoImages() {
        CorruptionLevel level = CorruptionLevel.of(Corruption.CONTRAST, 1, CorruptionScale.CIFAR);
        assertThatExceptionOfType(NonFiniteLogitsException.class)
                .isThrownBy(() -> CorruptionRobustness.measure(
                        images -> corners(images).mul(Float.NaN), level, data, SEED, manager, EvaluationListener.NONE))
                .withMessageContaining("images 0 to 127 are not finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorruptionRobustness.measure(
                        this::corners, level, data.select(new int[0]), SEED, manager, EvaluationListener.NONE))
                .withMessage("there is no image to measure; at least one is needed");
    }

    @Test
    void meansWeighLevelsEqually() {
        // Given
        CorruptionRobustness robustness = new CorruptionRobustness(List.of(
                new CorruptionAccuracy("fog", 1, new Accuracy(9, 10), List.of()),
                new CorruptionAccuracy("snow", 1, new Accuracy(1, 2), List.of()),
                new CorruptionAccuracy("fog", 5, new Accuracy(7, 10), List.of())));
        // Then
        assertThat(robustness.meanPercent()).isCloseTo(70, within(1e-12));
        assertThat(robustness.percentByCorruption()).containsOnlyKeys("fog", "snow");
        assertThat(robustness.percentByCorruption().get("fog")).isCloseTo(80, within(1e-12));
    }

    /** Logits: the red of the upper corners, left and right, which tell the classes apart. */
    private NDArray corners(NDArray images) {
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images);
            NDArray flat = images.reshape(images.getShape().get(0), -1); // (N, 3·8·8), red first
            float[] weights = new float[2 * 3 * 64];
            weights[0] = 1;
            weights[2 * 7 + 1] = 1;
            return scope.ret(flat.matMul(Tensors.of(scope, weights, new Shape(3 * 64, 2))));
        }
    }

    /** Clean images under one name, at severity 2 with the labels exchanged. */
    private static class PublishedImages implements CorruptedImages {
        private final LabeledImages data;

        PublishedImages(LabeledImages data) {
            this.data = data;
        }

        @Override
        public List<String> corruptions() {
            return List.of("fog");
        }

        @Override
        public List<Integer> severities(String corruption) {
            return List.of(1, 2);
        }

        @Override
        public int size(String corruption, int severity) {
            return data.size();
        }

        @Override
        public int[] labels(String corruption, int severity) {
            return IntStream.of(data.labels())
                    .map(label -> severity == 1 ? label : 1 - label)
                    .toArray();
        }

        @Override
        public LabeledImages read(String corruption, int severity, int[] places) {
            LabeledImages part = data.select(places);
            int[] labels = labels(corruption, severity);
            return new LabeledImages(
                    part.ids(), IntStream.of(places).map(place -> labels[place]).toArray(), part.images());
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
