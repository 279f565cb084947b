package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * Drops of mud: the image gives way to brown where a drop, its edge smoothed, is dense enough.
 *
 * @param softness standard deviation of the edge's smoothing, in pixels
 */
record MudSpatter(Spatter.Drops drops, double softness) implements Distortion {
    private static final double LEAST_DENSITY = 0.8;
    private static final double RED = 63 / Pixels.LEVELS;
    private static final double GREEN = 42 / Pixels.LEVELS;
    private static final double BLUE = 20 / Pixels.LEVELS;

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        Plane within = drops.drawn(image.height(), image.width(), uniforms).map(value -> value > 0 ? 1 : 0);
        Plane density = GaussianFilter.of(softness).apply(within).map(value -> value < LEAST_DENSITY ? 0 : value);
        Pixels pixels = Pixels.of(image);
        return new Pixels(
                        covered(pixels.red(), density, RED),
                        covered(pixels.green(), density, GREEN),
                        covered(pixels.blue(), density, BLUE))
                .toImage();
    }

    private static Plane covered(Plane channel, Plane density, double colour) {
        Plane result = Plane.of(channel.height(), channel.width());
        for (int i = 0; i < result.values().length; i++) {
            double mud = density.values()[i];
            result.values()[i] = channel.values()[i] * (1 - mud) + colour * mud;
        }
        return result;
    }
}
