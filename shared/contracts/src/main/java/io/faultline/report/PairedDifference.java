package io.faultline.report;

/**
 * How far two networks' accuracies on the same images are apart.
 *
 * @param points percentage points, the second's less the first's
 * @param standardError of that difference, in percentage points, from the images that only one of them labels right; so it says
 *     what other images of the same kind would have changed, not what another training would
 */
public record PairedDifference(double points, double standardError) {
    /**
     * The difference of two shares of the same images.
     *
     * @param onlyFirst images that the first alone labels right
     * @param onlySecond images that the second alone labels right
     * @param total images looked at, at least one
     */
    public static PairedDifference of(long onlyFirst, long onlySecond, long total) {
        double mean = (double) (onlySecond - onlyFirst) / total;
        double meanSquare = (double) (onlySecond + onlyFirst) / total;
        return of(mean, meanSquare, total);
    }

    /**
     * The difference of two means over the same images.
     *
     * @param differences of each image, the second's share less the first's; at least one
     */
    public static PairedDifference ofImages(double[] differences) {
        double sum = 0;
        double squares = 0;
        for (double difference : differences) {
            sum += difference;
            squares += difference * difference;
        }
        return of(sum / differences.length, squares / differences.length, differences.length);
    }

    private static PairedDifference of(double mean, double meanSquare, long total) {
        return new PairedDifference(100 * mean, 100 * Math.sqrt(Math.max(0, meanSquare - mean * mean) / total));
    }
}
