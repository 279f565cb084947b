package io.faultline.vision.corruption;

/** Drops on the lens: of water at severities 1 to 3, of mud at 4 and 5. */
final class Spatter {
    private Spatter() {}

    static Distortion of(CorruptionScale scale, int severity) {
        // mean and deviation of the random field, its smoothing, where drops begin, strength or softness, whether mud
        double[] row = scale.row(
                severity,
                new double[][] {
                    {0.62, 0.1, 0.7, 0.7, 0.5, 0},
                    {0.65, 0.1, 0.8, 0.7, 0.5, 0},
                    {0.65, 0.3, 1, 0.69, 0.5, 0},
                    {0.65, 0.1, 0.7, 0.69, 0.6, 1},
                    {0.65, 0.1, 0.5, 0.68, 0.6, 1}
                },
                new double[][] {
                    {0.62, 0.1, 0.7, 0.7, 0.6, 0},
                    {0.65, 0.1, 0.8, 0.7, 0.6, 0},
                    {0.65, 0.3, 1, 0.69, 0.6, 0},
                    {0.65, 0.1, 0.7, 0.68, 0.6, 1},
                    {0.65, 0.1, 0.5, 0.67, 0.6, 1}
                },
                new double[][] {
                    {0.65, 0.3, 4, 0.69, 0.6, 0},
                    {0.65, 0.3, 3, 0.68, 0.6, 0},
                    {0.65, 0.3, 2, 0.68, 0.5, 0},
                    {0.65, 0.3, 1, 0.65, 1.5, 1},
                    {0.67, 0.4, 1, 0.65, 1.5, 1}
                });
        Drops drops = new Drops(row[0], row[1], row[2], row[3]);
        return row[5] == 0 ? new WaterSpatter(drops, row[4]) : new MudSpatter(drops, row[4]);
    }

    /**
     * Where a smoothed random field is high.
     *
     * @param smoothing standard deviation of the smoothing, in pixels
     * @param threshold where a drop begins
     */
    record Drops(double mean, double deviation, double smoothing, double threshold) {
        /** The field within the drops, and 0 outside. */
        Plane drawn(int height, int width, Uniforms uniforms) {
            Plane field = Plane.drawn(height, width, () -> uniforms.normal(mean, deviation));
            return GaussianFilter.of(smoothing).apply(field).map(value -> value < threshold ? 0 : value);
        }
    }
}
