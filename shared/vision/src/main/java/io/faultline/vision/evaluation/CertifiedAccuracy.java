package io.faultline.vision.evaluation;

import io.faultline.report.Accuracy;
import java.util.List;

/**
 * The share of images whose right answer is certified up to a radius; abstentions count as wrong.
 *
 * @param radius Euclidean, pixels in [0, 1]
 */
public record CertifiedAccuracy(double radius, Accuracy accuracy) {
    /**
     * At each radius of a grid.
     *
     * @param radii 0 or more each
     */
    public static List<CertifiedAccuracy> of(List<Certificate> certificates, List<Double> radii) {
        return radii.stream().map(radius -> of(certificates, radius)).toList();
    }

    private static CertifiedAccuracy of(List<Certificate> certificates, double radius) {
        if (!(radius >= 0)) {
            throw new IllegalArgumentException("radius is " + radius + "; allowed: 0 or more");
        }
        long held = certificates.stream().filter(one -> one.holds(radius)).count();
        return new CertifiedAccuracy(radius, new Accuracy(held, certificates.size()));
    }

    /** The mean over images of the radius within which the right answer is certified, 0 where it is not; NaN of none. */
    public static double averageRadius(List<Certificate> certificates) {
        return certificates.stream()
                .mapToDouble(one -> one.holds(0) ? one.radius() : 0)
                .average()
                .orElse(Double.NaN);
    }
}
