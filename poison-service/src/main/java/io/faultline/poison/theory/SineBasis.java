package io.faultline.poison.theory;

import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.util.FastMath;

/**
 * The eigenbasis that every tridiagonal Toeplitz matrix T(d; a, 1, a) has, whatever its a (Sadasivan et al., CVPR 2023,
 * Lemma 3): T = Q D Q with Q_ij = √(2/(d+1)) sin(ijπ/(d+1)), symmetric and orthogonal, and D_ii = 1 + 2a cos(iπ/(d+1)).
 * Since one Q diagonalises all of them, so it does every product, inverse and difference of theirs.
 */
final class SineBasis {
    private final int dimension;

    SineBasis(int dimension) {
        this.dimension = dimension;
    }

    /** Q, d × d; its own transpose and its own inverse. */
    RealMatrix matrix() {
        int period = 2 * (dimension + 1);
        double[] sines = new double[period];
        double scale = FastMath.sqrt(2.0 / (dimension + 1));
        for (int k = 0; k < period; k++) {
            sines[k] = scale * FastMath.sin(2 * FastMath.PI * k / period);
        }
        double[][] entries = new double[dimension][dimension];
        for (int i = 1; i <= dimension; i++) {
            for (int j = 1; j <= dimension; j++) {
                entries[i - 1][j - 1] = sines[i * j % period];
            }
        }
        return MatrixUtils.createRealMatrix(entries);
    }

    /** cos(iπ/(d+1)) for i = 1 … d, written as a sine so that they come in exact ± pairs and the middle one is exactly 0. */
    double[] cosines() {
        double[] cosines = new double[dimension];
        for (int i = 1; i <= dimension; i++) {
            cosines[i - 1] = FastMath.sin(FastMath.PI * (dimension + 1 - 2 * i) / (2.0 * (dimension + 1)));
        }
        return cosines;
    }
}
