package io.faultline.vision.corruption;

/**
 * What each point leaves behind as the camera moves: half a normal density along a line of whole pixels, as ImageMagick's
 * motion blur lays it. Beyond the edge lies the edge's pixel.
 */
final class MotionTrail {
    private static final double DEEP_LEVELS = 65_535;
    private static final double DEEP_PER_LEVEL = 257;

    private final double[] weights;
    private final int[] down;
    private final int[] right;

    /**
     * @param radius length of the trail in pixels
     * @param deviation of the density in pixels
     * @param angle in degrees, clockwise from the right
     */
    MotionTrail(int radius, double deviation, double angle) {
        int length = 2 * radius + 1;
        weights = new double[length];
        down = new int[length];
        right = new int[length];
        double sine = StrictMath.sin(Math.toRadians(angle));
        double cosine = StrictMath.cos(Math.toRadians(angle));
        double sum = 0;
        for (int i = 0; i < length; i++) {
            weights[i] = StrictMath.exp(-i * i / (2 * deviation * deviation));
            sum += weights[i];
            down[i] = (int) Math.ceil(i * sine - 0.5);
            right[i] = (int) Math.ceil(i * cosine - 0.5);
        }
        for (int i = 0; i < length; i++) {
            weights[i] /= sum;
        }
    }

    Plane blur(Plane plane) {
        Plane result = Plane.of(plane.height(), plane.width());
        for (int i = 0; i < weights.length; i++) {
            int[] columns = Border.NEAREST.indices(right[i], plane.width(), plane.width());
            for (int y = 0; y < plane.height(); y++) {
                int row = Border.NEAREST.index(y + down[i], plane.height()) * plane.width();
                int to = y * plane.width();
                for (int x = 0; x < plane.width(); x++) {
                    result.values()[to + x] += weights[i] * plane.values()[row + columns[x]];
                }
            }
        }
        return result;
    }

    /** Blurs, rounds to 16 bits and cuts off to 8, as a PNG that ImageMagick hands back is. */
    Plane blurToLevels(Plane plane) {
        return blur(plane)
                .map(value -> Math.floor(Math.floor(value * DEEP_LEVELS + 0.5) / DEEP_PER_LEVEL) / Pixels.LEVELS);
    }
}
