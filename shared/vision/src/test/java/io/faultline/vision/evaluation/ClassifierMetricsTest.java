package io.faultline.vision.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.ReferenceNumbers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassifierMetricsTest {
    /** Logits are float32, all that follows is float64. */
    private static final double FLOAT_LOGITS = 1e-6;

    private static final double EXACT = 1e-12;

    @Test
    void isWhatOneCalculatesByHand() {
        // Given: probabilities (.8 .2) of label 0, (.6 .4) of label 1, (.3 .7) of label 1, in 2 bins: all in the upper
        // one
        float[] logits = logarithms(0.8, 0.2, 0.6, 0.4, 0.3, 0.7);
        // When
        ClassifierMetrics metrics = ClassifierMetrics.of(logits, new int[] {0, 1, 1}, 2, 2, 0);
        // Then
        assertThat(metrics.confusion()).containsExactly(List.of(1L, 0L), List.of(1L, 1L));
        assertThat(metrics.accuracy()).isEqualTo(new Accuracy(2, 3));
        assertThat(metrics.perClass()).containsExactly(new Accuracy(1, 1), new Accuracy(1, 2));
        assertThat(metrics.calibration().get(0)).isEqualTo(new CalibrationBin(0, 0, 0));
        assertThat(metrics.calibration().get(1).images()).isEqualTo(3);
        // confidences .8 + .6 + .7 against two right answers
        assertThat(metrics.expectedCalibrationError()).isCloseTo(0.1 / 3, within(FLOAT_LOGITS));
        assertThat(metrics.negativeLogLikelihood())
                .isCloseTo(-(Math.log(0.8) + Math.log(0.4) + Math.log(0.7)) / 3, within(FLOAT_LOGITS));
        // 2·.2² + 2·.6² + 2·.3²
        assertThat(metrics.brierScore()).isCloseTo(0.98 / 3, within(FLOAT_LOGITS));
    }

    @Test
    void binsAreOpenBelowAndClosedAbove() {
        // Given: confidences of a half, and of one
        float[] logits = {0, 0, 1000, 0};
        // When
        ClassifierMetrics metrics = ClassifierMetrics.of(logits, new int[] {1, 0}, 2, 2, 0);
        // Then: the first answer is the first of two equal ones
        assertThat(metrics.calibration()).containsExactly(new CalibrationBin(1, 0, 0.5), new CalibrationBin(1, 1, 1));
        assertThat(metrics.expectedCalibrationError()).isEqualTo(0.25);
        assertThat(metrics.negativeLogLikelihood()).isCloseTo(Math.log(2) / 2, within(EXACT));
    }

    /** The formulas in NumPy 2.4.6 on the same numbers, in float64. */
    @Test
    void equalsNumPy() {
        // Given
        float[] logits = ReferenceNumbers.of(11).floats(160, 3, 0);
        int[] labels = new int[40];
        Arrays.setAll(labels, i -> (3 * i + 1) % 4);
        // When
        ClassifierMetrics metrics = ClassifierMetrics.of(logits, labels, 4, ClassifierMetrics.USUAL_BINS, 0);
        // Then
        assertThat(metrics.expectedCalibrationError()).isCloseTo(0.4001412084265929, within(EXACT));
        assertThat(metrics.negativeLogLikelihood()).isCloseTo(2.2900108859667396, within(EXACT));
        assertThat(metrics.brierScore()).isCloseTo(1.0669563857991562, within(EXACT));
        assertThat(metrics.accuracy()).isEqualTo(new Accuracy(10, 40));
    }

    @Test
    void partsMerge() {
        // Given
        float[] logits = ReferenceNumbers.of(5).floats(30, 2, 0);
        int[] labels = {0, 1, 2, 2, 1, 0, 0, 1, 2, 1};
        // When
        ClassifierMetrics whole = ClassifierMetrics.of(logits, labels, 3, 15, 0);
        ClassifierMetrics merged = ClassifierMetrics.of(
                        Arrays.copyOfRange(logits, 0, 12), Arrays.copyOfRange(labels, 0, 4), 3, 15, 0)
                .plus(ClassifierMetrics.of(
                        Arrays.copyOfRange(logits, 12, 30), Arrays.copyOfRange(labels, 4, 10), 3, 15, 4));
        // Then
        assertThat(merged.confusion()).isEqualTo(whole.confusion());
        assertThat(merged.images()).isEqualTo(10);
        assertThat(merged.expectedCalibrationError()).isCloseTo(whole.expectedCalibrationError(), within(EXACT));
        assertThat(merged.negativeLogLikelihood()).isCloseTo(whole.negativeLogLikelihood(), within(EXACT));
        assertThat(merged.brierScore()).isCloseTo(whole.brierScore(), within(EXACT));
    }

    @Test
    void oneWalkThroughTheDataCountsWhatCleanAccuracyCounts() {
        try (NDManager manager = ComputeDevice.open("cpu")) {
            // Given
            LabeledImages data = TinyImages.twoClasses(Seed.of(1), 150, 1, 8).train();
            int before = manager.getManagedArrays().size();
            // When
            ClassifierMetrics metrics = ClassifierMetrics.measure(
                    ClassifierMetricsTest::redOfTheCorner, data, 15, manager, EvaluationListener.NONE);
            // Then
            assertThat(metrics.accuracy())
                    .isEqualTo(CleanAccuracy.measure(
                            ClassifierMetricsTest::redOfTheCorner, data, manager, EvaluationListener.NONE));
            assertThat(metrics.images()).isEqualTo(300);
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void refusesAnswersAndLabelsThatMeanNothing() {
        float[] broken = {0, Float.NaN};
        assertThatExceptionOfType(NonFiniteLogitsException.class)
                .isThrownBy(() -> ClassifierMetrics.of(broken, new int[] {0}, 2, 15, 7))
                .withMessageContaining("images 7 to 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassifierMetrics.of(new float[] {0, 1}, new int[] {2}, 2, 15, 7))
                .withMessage("image 7 has label 2; the network's 2 classes are 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassifierMetrics.of(new float[] {0, 1}, new int[] {0}, 2, 0, 0))
                .withMessage("bins is 0; allowed: 1 to 1000");
    }

    /** Logits: the red of two corners of the image. */
    private static NDArray redOfTheCorner(NDArray images) {
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images);
            return scope.ret(images.get(":, 0, 0, 0::7").mul(4).duplicate());
        }
    }

    private static float[] logarithms(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
        return logits;
    }
}
