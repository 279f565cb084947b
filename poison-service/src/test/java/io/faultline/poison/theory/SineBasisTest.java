package io.faultline.poison.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lemma 3 against the eigen-decomposition of a library. */
class SineBasisTest {
    /** Rounding of a product of two matrices of up to 60 rows with entries of size 1. */
    private static final double ROUNDING = 1e-13;

    @ParameterizedTest(name = "d = {0}, a = {1}")
    @CsvSource({"1, 0.3", "2, 0.45", "3, 0.1", "10, 0.49", "11, 0", "60, 0.25"})
    void theClosedFormEqualsTheLibrarysEigenDecomposition(int dimension, double a) {
        // Given
        RealMatrix toeplitz = toeplitz(dimension, a);
        SineBasis basis = new SineBasis(dimension);
        double[] closed =
                Arrays.stream(basis.cosines()).map(cosine -> 1 + 2 * a * cosine).toArray();

        // When
        EigenDecompositionSymmetric library = new EigenDecompositionSymmetric(toeplitz);

        // Then
        assertThat(closed).containsExactly(descending(library.getEigenvalues()), within(ROUNDING));
        RealMatrix rebuilt = basis.matrix()
                .multiply(MatrixUtils.createRealDiagonalMatrix(closed))
                .multiply(basis.matrix());
        assertThat(rebuilt.subtract(toeplitz).getNorm1()).isLessThan(ROUNDING);
        if (a > 0) {
            for (int i = 0; i < dimension; i++) {
                double cosine = library.getEigenvector(i)
                        .unitVector()
                        .dotProduct(basis.matrix().getColumnVector(i));
                assertThat(Math.abs(cosine)).as("eigenvector %d", i).isCloseTo(1, within(ROUNDING));
            }
        }
    }

    @Test
    void theBasisIsItsOwnInverse() {
        // Given
        RealMatrix basis = new SineBasis(37).matrix();

        // When
        RealMatrix square = basis.multiply(basis);

        // Then
        assertThat(square.subtract(MatrixUtils.createRealIdentityMatrix(37)).getNorm1())
                .isLessThan(ROUNDING);
    }

    @Test
    void cosinesComeInExactPairsAroundZero() {
        // Given, When
        double[] cosines = new SineBasis(9).cosines();

        // Then
        assertThat(cosines[4]).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(cosines[8 - i]).isEqualTo(-cosines[i]);
        }
    }

    static RealMatrix toeplitz(int dimension, double a) {
        RealMatrix matrix = MatrixUtils.createRealIdentityMatrix(dimension);
        for (int i = 0; i + 1 < dimension; i++) {
            matrix.setEntry(i, i + 1, a);
            matrix.setEntry(i + 1, i, a);
        }
        return matrix;
    }

    private static double[] descending(double[] values) {
        return Arrays.stream(values)
                .map(value -> -value)
                .sorted()
                .map(value -> -value)
                .toArray();
    }
}
