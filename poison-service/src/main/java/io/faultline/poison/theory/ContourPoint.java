package io.faultline.poison.theory;

/**
 * All that is computed at one point of a contour grid.
 *
 * @param norm ‖μ‖₂
 * @param aMinus a₋₁
 * @param aPlus a₁
 * @param cleanAccuracy τ_D(P) = Φ(‖μ‖)
 * @param exact τ_D(P̃) from the distribution of the quadratic form
 * @param sampled τ_D(P̃) by drawing
 * @param bound the bound that holds, see {@link CudaMixture#bound()}
 * @param boundAsPrinted what Theorem 2 prints, see {@link CudaMixture#boundAsPrinted()}
 */
public record ContourPoint(
        double norm,
        double aMinus,
        double aPlus,
        double cleanAccuracy,
        Probability exact,
        SampledAccuracy sampled,
        double bound,
        double boundAsPrinted) {
    /** Whether what is printed is a bound here: not below the exact accuracy by more than that one's error. */
    public boolean printedBoundHolds() {
        return boundAsPrinted >= exact.value() - exact.error();
    }
}
