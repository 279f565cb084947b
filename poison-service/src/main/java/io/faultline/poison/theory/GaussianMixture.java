package io.faultline.poison.theory;

import java.util.Arrays;

/**
 * The clean data of the paper's theory (Sadasivan et al., CVPR 2023, Sec. 4): a label y, +1 or −1 with probability ½ each,
 * and x ~ N(yμ, I) in d dimensions. Its Bayes classifier is the sign of μᵀx, right with probability Φ(‖μ‖) (Lemma 1).
 *
 * <p>The mean is kept in the coordinates of {@link SineBasis}, in which all that CUDA's filter does is diagonal; N(0, I) looks
 * the same in them. Immutable.
 */
public final class GaussianMixture {
    /** The dimension of a CIFAR image, 32·32·3; the basis of that size takes 75 MB while the mean is turned into it. */
    public static final int LARGEST_DIMENSION = 3072;

    private final double norm;
    private final double[] cosines;
    private final double[] spectralUnit;

    private GaussianMixture(double norm, double[] cosines, double[] spectralUnit) {
        if (!(norm > 0) || norm == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("norm of the mean is " + norm + "; allowed: a finite number above 0");
        }
        this.norm = norm;
        this.cosines = cosines;
        this.spectralUnit = spectralUnit;
    }

    /**
     * @param dimension d, 1 to {@link #LARGEST_DIMENSION}
     * @param norm ‖μ‖₂, above 0
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public static GaussianMixture of(int dimension, double norm, MeanDirection direction) {
        if (dimension < 1 || dimension > LARGEST_DIMENSION) {
            throw new IllegalArgumentException("dimension is " + dimension + "; allowed: 1 to " + LARGEST_DIMENSION
                    + ", the values of a CIFAR image");
        }
        SineBasis basis = new SineBasis(dimension);
        return new GaussianMixture(norm, basis.cosines(), basis.matrix().operate(direction.unit(dimension)));
    }

    /** The mixture whose mean points the same way and has another length. */
    public GaussianMixture withNorm(double newNorm) {
        return new GaussianMixture(newNorm, cosines, spectralUnit);
    }

    public int dimension() {
        return cosines.length;
    }

    /** ‖μ‖₂. */
    public double norm() {
        return norm;
    }

    /** τ_D(P) = Φ(‖μ‖), the best accuracy there is on this data (Lemma 1). */
    public double cleanAccuracy() {
        return StandardNormal.below(norm);
    }

    /**
     * The mixture that CUDA makes of this one with the filter [a_y, 1, a_y] for class y.
     *
     * @param aMinus a₋₁, 0 to below 0.5
     * @param aPlus a₁, 0 to below 0.5
     */
    public CudaMixture filtered(double aMinus, double aPlus) {
        return new CudaMixture(this, aMinus, aPlus);
    }

    /** cos(iπ/(d+1)), i = 1 … d. */
    double[] cosines() {
        return cosines.clone();
    }

    /** Qμ. */
    double[] spectralMean() {
        return Arrays.stream(spectralUnit).map(entry -> norm * entry).toArray();
    }
}
