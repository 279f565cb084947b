package io.faultline.vision.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.UnsuitableImagesException;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomizedSmoothingTest {
    private static final int SIDE = 8;
    private static final int SIZE = 3 * SIDE * SIDE;
    /** Length of the linear classifier's weights: each ±1, half of them each. */
    private static final double LENGTH = Math.sqrt(SIZE);

    private static final double SIGMA = 0.25;
    private static final Seed SEED = Seed.of(3);

    private final NDManager manager = ComputeDevice.open("cpu");

    @AfterEach
    void close() {
        manager.close();
    }

    /**
     * A linear classifier's boundary is a plane: the radius is the distance to it, and the noise crosses it with probability
     * Φ(−distance/σ), all exactly known.
     */
    @ParameterizedTest
    @CsvSource({"0.1", "0.2", "0.4"})
    void certifiesALinearClassifierUpToItsExactRadiusAndNotBeyond(double distance) {
        // Given
        int samples = 20_000;
        RandomizedSmoothing smoothing = new RandomizedSmoothing(SIGMA, 100, samples, 0.001, 1000);
        // When
        Certificate certificate =
                smoothing.certify(classifierAt(distance), image(), 1, 0, SEED, manager, EvaluationListener.NONE);
        // Then
        double probability = new NormalDistribution().cumulativeProbability(distance / SIGMA);
        double deviation = Math.sqrt(probability * (1 - probability) / samples);
        assertThat(certificate.hits() / (double) samples).isCloseTo(probability, within(4 * deviation));
        assertThat(certificate.lowerBound()).isBetween(probability - 8 * deviation, probability);
        assertThat(certificate.predicted()).isEqualTo(1);
        assertThat(certificate.radius()).isLessThanOrEqualTo(distance).isGreaterThan(0.8 * distance);
        assertThat(certificate.holds(certificate.radius())).isTrue();
        assertThat(certificate.holds(distance)).isFalse();
    }

    @Test
    void abstainsOnTheBoundary() {
        // When
        Certificate certificate = new RandomizedSmoothing(SIGMA, 100, 1000, 0.001, 256)
                .certify(classifierAt(0), image(), 1, 0, SEED, manager, EvaluationListener.NONE);
        // Then
        assertThat(certificate.abstained()).isTrue();
        assertThat(certificate.radius()).isZero();
        assertThat(certificate.holds(0)).isFalse();
    }

    @Test
    void noiseDependsOnSeedImageAndDrawAndNotOnTheBatch() {
        // Given
        Classifier classifier = classifierAt(0.1);
        List<Integer> measured = new ArrayList<>();
        // When
        Certificate byTens = certify(classifier, 10, 5, SEED, measured);
        Certificate atOnce = certify(classifier, 500, 5, SEED, new ArrayList<>());
        Certificate elsewhere = certify(classifier, 500, 6, SEED, new ArrayList<>());
        Certificate otherwise = certify(classifier, 500, 5, Seed.of(4), new ArrayList<>());
        // Then
        assertThat(byTens).isEqualTo(atOnce);
        assertThat(measured.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20 + 495);
        assertThat(elsewhere.hits()).isNotEqualTo(atOnce.hits());
        assertThat(otherwise.hits()).isNotEqualTo(atOnce.hits());
    }

    private Certificate certify(Classifier classifier, int batch, int place, Seed seed, List<Integer> measured) {
        return new RandomizedSmoothing(SIGMA, 20, 495, 0.01, batch)
                .certify(classifier, image(), 1, place, seed, manager, measured::add);
    }

    @Test
    void leavesNoArrayBehind() {
        // Given
        Classifier classifier = classifierAt(0.1);
        int before = manager.getManagedArrays().size();
        // When
        certify(classifier, 100, 0, SEED, new ArrayList<>());
        // Then
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    /** scipy.stats.beta.ppf(alpha, hits, draws − hits + 1), SciPy 1.17.1. */
    @ParameterizedTest
    @CsvSource({
        "100, 100, 0.001, 0.933254300796991",
        "99, 100, 0.001, 0.9113731112960424",
        "50, 100, 0.001, 0.34479800642531777",
        "1, 100, 0.001, 1.0004953285956376e-05",
        "0, 100, 0.001, 0",
        "100000, 100000, 0.001, 0.9999309248330094",
        "99990, 100000, 0.001, 0.9997586773435911",
        "60000, 100000, 0.001, 0.5952010472945846",
        "730, 1000, 0.01, 0.6959634169619291",
        "1000, 1000, 0.05, 0.9970087504549047"
    })
    void boundsShareAsSciPyDoes(long hits, long draws, double alpha, double expected) {
        assertThat(ClopperPearson.lowerBound(hits, draws, alpha)).isCloseTo(expected, within(1e-12 + 1e-10 * expected));
    }

    @Test
    void boundRisesWithAlpha() {
        assertThat(ClopperPearson.lowerBound(5, 10, 0.01)).isLessThan(ClopperPearson.lowerBound(5, 10, 0.1));
        // at α above a half the bound is above the share
        assertThat(ClopperPearson.lowerBound(5, 10, 0.9)).isGreaterThan(0.5);
    }

    @Test
    void certifiedAccuracyCountsRightAnswersThatHold() {
        // Given: right up to 0.5, wrong, abstained, right up to 0.2
        List<Certificate> certificates = List.of(
                new Certificate(0, 3, 3, 0.5, 99, 100, 0.97),
                new Certificate(1, 3, 4, 0.9, 100, 100, 0.99),
                new Certificate(2, 3, Certificate.ABSTAINED, 0, 50, 100, 0.4),
                new Certificate(3, 3, 3, 0.2, 90, 100, 0.79));
        // When
        List<CertifiedAccuracy> curve = CertifiedAccuracy.of(certificates, List.of(0.0, 0.2, 0.25, 0.6));
        // Then
        assertThat(curve)
                .containsExactly(
                        new CertifiedAccuracy(0, new Accuracy(2, 4)),
                        new CertifiedAccuracy(0.2, new Accuracy(2, 4)),
                        new CertifiedAccuracy(0.25, new Accuracy(1, 4)),
                        new CertifiedAccuracy(0.6, new Accuracy(0, 4)));
        assertThat(CertifiedAccuracy.averageRadius(certificates)).isCloseTo(0.175, within(1e-15));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CertifiedAccuracy.of(certificates, List.of(-0.1)))
                .withMessage("radius is -0.1; allowed: 0 or more");
    }

    @Test
    void refusesWhatCertifiesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomizedSmoothing(0, 1, 1, 0.001, 1))
                .withMessage("sigma is 0.0; allowed: above 0, at most 10.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomizedSmoothing(0.25, 0, 1, 0.001, 1))
                .withMessage("selection samples is 0; allowed: 1 to 10000000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomizedSmoothing(0.25, 1, 1, Double.NaN, 1))
                .withMessage("alpha is NaN; allowed: above 0 and below 1");
        assertThatExceptionOfType(NonFiniteLogitsException.class)
                .isThrownBy(() -> certify(classifierAt(Double.NaN), 500, 5, SEED, new ArrayList<>()))
                .withMessageContaining("images 5 to 5");
        assertThatExceptionOfType(UnsuitableImagesException.class)
                .isThrownBy(() -> new RandomizedSmoothing(0.25, 1, 1, 0.001, 1)
                        .certify(
                                classifierAt(1),
                                new RgbImage(2, 2, new byte[12]),
                                0,
                                0,
                                SEED,
                                manager,
                                EvaluationListener.NONE));
    }

    private static RgbImage image() {
        byte[] pixels = new byte[SIZE];
        Arrays.fill(pixels, (byte) 102);
        return new RgbImage(SIDE, SIDE, pixels);
    }

    /** Answers 1 on one side of a plane that lies so far from the image, and 0 on the other. */
    private static Classifier classifierAt(double distance) {
        // weights sum to zero, so that the grey image itself gives zero
        float[] weights = new float[2 * SIZE];
        for (int i = 0; i < SIZE; i++) {
            weights[2 * i + 1] = i % 2 == 0 ? 1 : -1;
        }
        return images -> {
            try (NDManager scope = images.getManager().newSubManager()) {
                scope.tempAttachAll(images);
                NDArray flat = images.reshape(images.getShape().get(0), SIZE);
                NDArray bias = Tensors.of(scope, new float[] {0, (float) (distance * LENGTH)}, new Shape(1, 2));
                return scope.ret(flat.matMul(Tensors.of(scope, weights, new Shape(SIZE, 2)))
                        .add(bias));
            }
        };
    }
}
