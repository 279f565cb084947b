package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * Flakes that fall past: bright random spots, enlarged and drawn out downwards, laid over a paler image, twice (the second
 * time turned round).
 *
 * @param mean of the random field that the spots are cut from
 * @param deviation of that field
 * @param zoom how large the spots are
 * @param threshold below which there is no spot
 * @param radius length of a flake's trail in pixels
 * @param trail deviation of the trail's density
 * @param clarity how much of the image is left unpaled
 */
record Snow(double mean, double deviation, double zoom, double threshold, int radius, double trail, double clarity)
        implements Distortion {
    private static final double LEAST_ANGLE = -135;
    private static final double LARGEST_ANGLE = -45;
    private static final double PALE_GAIN = 1.5;
    private static final double PALE_SHIFT = 0.5;

    static Distortion of(CorruptionScale scale, int severity) {
        double[] row = scale.row(
                severity,
                new double[][] {
                    {0.1, 0.2, 1, 0.6, 8, 3, 0.95},
                    {0.1, 0.2, 1, 0.5, 10, 4, 0.9},
                    {0.15, 0.3, 1.75, 0.55, 10, 4, 0.9},
                    {0.25, 0.3, 2.25, 0.6, 12, 6, 0.85},
                    {0.3, 0.3, 1.25, 0.65, 14, 12, 0.8}
                },
                new double[][] {
                    {0.1, 0.2, 1, 0.6, 8, 3, 0.8},
                    {0.1, 0.2, 1, 0.5, 10, 4, 0.8},
                    {0.15, 0.3, 1.75, 0.55, 10, 4, 0.7},
                    {0.25, 0.3, 2.25, 0.6, 12, 6, 0.65},
                    {0.3, 0.3, 1.25, 0.65, 14, 12, 0.6}
                },
                new double[][] {
                    {0.1, 0.3, 3, 0.5, 10, 4, 0.8},
                    {0.2, 0.3, 2, 0.5, 12, 4, 0.7},
                    {0.55, 0.3, 4, 0.9, 12, 8, 0.7},
                    {0.55, 0.3, 4.5, 0.85, 12, 8, 0.65},
                    {0.55, 0.3, 2.5, 0.85, 12, 12, 0.55}
                });
        return new Snow(row[0], row[1], row[2], row[3], (int) row[4], row[5], row[6]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        Pixels pixels = Pixels.of(image);
        Plane field = Plane.drawn(image.height(), image.width(), () -> uniforms.normal(mean, deviation));
        Plane spots = ZoomedCrop.of(field, zoom)
                .map(value -> value < threshold ? 0 : (Pixels.level(value) & 0xFF) / Pixels.LEVELS);
        Plane flakes = new MotionTrail(radius, trail, uniforms.between(LEAST_ANGLE, LARGEST_ANGLE)).blurToLevels(spots);
        Plane grey = pixels.grey();
        return pixels.map(channel -> {
                    Plane snowed = Plane.of(channel.height(), channel.width());
                    int last = channel.values().length - 1;
                    for (int i = 0; i <= last; i++) {
                        double value = channel.values()[i];
                        double pale = Math.max(value, grey.values()[i] * PALE_GAIN + PALE_SHIFT);
                        snowed.values()[i] =
                                clarity * value + (1 - clarity) * pale + flakes.values()[i] + flakes.values()[last - i];
                    }
                    return snowed;
                })
                .toImage();
    }
}
