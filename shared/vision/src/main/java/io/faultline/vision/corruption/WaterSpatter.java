package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * Drops of water: a pale turquoise shine, shaped by each pixel's distance to the nearest rim of a drop, embossed.
 *
 * @param strength of the brightest shine
 * @implNote the steps are the reference's, which takes them from OpenCV: {@link EdgeMap}, {@link ChamferDistance}, a box mean, histogram
 *     equalisation, an emboss filter. Without any drop the reference divides 0 by 0 and its image is black; ours stays as it is
 */
record WaterSpatter(Spatter.Drops drops, double strength) implements Distortion {
    private static final double RED = 175 / Pixels.LEVELS;
    private static final double GREEN_AND_BLUE = 238 / Pixels.LEVELS;
    private static final double WEAK_EDGE = 50;
    private static final double STRONG_EDGE = 150;
    private static final double LONGEST_DISTANCE = 20;
    private static final int[][] EMBOSS = {{-2, -1, 0}, {-1, 1, 1}, {0, 1, 2}};
    private static final int[][] BOX = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
    private static final int BOX_PIXELS = 9;

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        Plane liquid = drops.drawn(image.height(), image.width(), uniforms).map(value -> Pixels.level(value) & 0xFF);
        Plane relief = relief(liquid);
        Plane shine = Plane.of(image.height(), image.width());
        for (int i = 0; i < shine.values().length; i++) {
            shine.values()[i] = liquid.values()[i] * relief.values()[i];
        }
        double brightest = shine.largest();
        if (brightest == 0) {
            return image;
        }
        Pixels pixels = Pixels.of(image);
        return new Pixels(
                        lit(pixels.red(), shine, RED / brightest),
                        lit(pixels.green(), shine, GREEN_AND_BLUE / brightest),
                        lit(pixels.blue(), shine, GREEN_AND_BLUE / brightest))
                .toImage();
    }

    private Plane lit(Plane channel, Plane shine, double colour) {
        Plane result = Plane.of(channel.height(), channel.width());
        for (int i = 0; i < result.values().length; i++) {
            result.values()[i] = channel.values()[i] + strength * colour * shine.values()[i];
        }
        return result;
    }

    /** Levels of brightness made of distances to rims. */
    static Plane relief(Plane liquid) {
        Plane distance = ChamferDistance.to(EdgeMap.of(liquid, WEAK_EDGE, STRONG_EDGE))
                .map(value -> Math.min(LONGEST_DISTANCE, value));
        Plane smoothed = filtered(distance, BOX).map(sum -> Math.floor(sum / BOX_PIXELS));
        Plane embossed = filtered(equalised(smoothed), EMBOSS).map(sum -> Math.max(0, Math.min(255, sum)));
        return filtered(embossed, BOX).map(sum -> Math.rint(sum / BOX_PIXELS));
    }

    private static Plane filtered(Plane plane, int[][] kernel) {
        Plane result = Plane.of(plane.height(), plane.width());
        for (int y = 0; y < plane.height(); y++) {
            for (int x = 0; x < plane.width(); x++) {
                double sum = 0;
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        sum += kernel[1 + dy][1 + dx]
                                * plane.at(
                                        Border.REFLECT_101.index(y + dy, plane.height()),
                                        Border.REFLECT_101.index(x + dx, plane.width()));
                    }
                }
                result.set(y, x, sum);
            }
        }
        return result;
    }

    /** Levels spread so that their cumulative histogram becomes a straight line. */
    static Plane equalised(Plane levels) {
        int[] histogram = new int[256];
        for (double level : levels.values()) {
            histogram[(int) level]++;
        }
        int lowest = 0;
        while (histogram[lowest] == 0) {
            lowest++;
        }
        int others = levels.values().length - histogram[lowest];
        if (others == 0) {
            return levels;
        }
        double[] newLevels = new double[histogram.length];
        double perPixel = 255.0 / others;
        int below = 0;
        for (int level = lowest + 1; level < histogram.length; level++) {
            below += histogram[level];
            newLevels[level] = Math.rint(below * perPixel);
        }
        return levels.map(level -> newLevels[(int) level]);
    }
}
