package io.faultline.poison.quality;

/**
 * What the gate allows. The defaults rest on measurements with random filters of the paper's settings, CIFAR-10 (k = 3,
 * p_b = 0.3) and 64×64 photographs (k = 9, p_b = 0.06): class means of 13 to 25 dB and of 0.2 to 0.95 SSIM, 0.1 % of the
 * values clipped.
 *
 * @param lowestPsnr class mean in dB, below which the images count as destroyed. Default 8: an average photograph against black
 *     has 6, the widest blur in use (k = 31, p_b = 1) still 11
 * @param highestPsnr class mean in dB, above which nothing visible was done. Default 40
 * @param lowestSsim class mean, below which the images count as destroyed. Default 0.05: the widest blur in use still has 0.06
 * @param highestSsim class mean, above which the structure is as it was. Default 0.98: a mere change of brightness has it
 * @param largestClippedShare of a class's values. Default 0.05: a shift by one pixel blackens 4 % of a 32×32 image
 * @param largestFlatShare of a class's images that are flat or black, and whose originals are not. Default 0.01
 * @param largestEqualShare of a class's images that equal their original. Default 0.01
 * @param largestCosine between the filters of two classes. Default 0.999: of two random filters, even with the 1 at the same
 *     place, fewer than one pair in 100,000 are so close, so that even 100 classes raise no false alarm
 */
public record QualityLimits(
        double lowestPsnr,
        double highestPsnr,
        double lowestSsim,
        double highestSsim,
        double largestClippedShare,
        double largestFlatShare,
        double largestEqualShare,
        double largestCosine) {
    public QualityLimits {
        ordered("PSNR", lowestPsnr, highestPsnr);
        ordered("SSIM", lowestSsim, highestSsim);
        share("clipped share", largestClippedShare);
        share("flat share", largestFlatShare);
        share("equal share", largestEqualShare);
        share("cosine", largestCosine);
    }

    public static QualityLimits defaults() {
        return new QualityLimits(8, 40, 0.05, 0.98, 0.05, 0.01, 0.01, 0.999);
    }

    private static void ordered(String what, double lowest, double highest) {
        if (!(lowest < highest)) {
            throw new IllegalArgumentException(
                    what + " from " + lowest + " to " + highest + "; expected the lowest below the highest");
        }
    }

    private static void share(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("largest " + what + " is " + value + "; expected 0 to 1");
        }
    }
}
