package io.faultline.report;

import io.faultline.artifact.ArtifactRef;
import java.util.List;

/**
 * What the theory of a Gaussian mixture says over a grid of filters.
 *
 * @param table every point, CSV
 * @param picture contours over (a₋₁, a₁), PNG
 * @param norms one entry per norm of the mean, in the recipe's order
 * @param suspicions laws that a figure broke, as sentences; empty for a sound result
 */
public record TheoryReport(
        ArtifactRef table, ArtifactRef picture, int dimension, List<NormReport> norms, List<String> suspicions) {
    public TheoryReport {
        norms = List.copyOf(norms);
        suspicions = List.copyOf(suspicions);
    }

    /**
     * The grid of one norm.
     *
     * @param cleanAccuracy Φ(‖μ‖), of the classifier that was made for clean data; in [0, 1] like the others
     * @param lowestAccuracy the exact one at the grid's worst point
     * @param lowestAt (a₋₁, a₁) of that point
     * @param largestDeviation between sampling and the exact value, in standard errors of the sampling
     * @param points of the grid
     * @param printedBoundFailures points at which the bound as the paper prints it lies below the exact accuracy
     */
    public record NormReport(
            double norm,
            double cleanAccuracy,
            double lowestAccuracy,
            List<Double> lowestAt,
            double largestDeviation,
            int points,
            int printedBoundFailures) {
        public NormReport {
            lowestAt = List.copyOf(lowestAt);
        }
    }
}
