package io.faultline.report;

import java.util.List;

/**
 * Certified robustness of the smoothed network on test images.
 *
 * @param smoothed answered right, with a certificate of any radius
 * @param abstained how many images it gave no answer for
 * @param certified for each radius, ascending: answered right and certified for it
 */
public record CertificationReport(Accuracy smoothed, long abstained, List<AtRadius> certified) {
    /** @param radius of the L2 ball, of the pixel range */
    public record AtRadius(double radius, Accuracy accuracy) {}

    public CertificationReport {
        certified = List.copyOf(certified);
    }
}
