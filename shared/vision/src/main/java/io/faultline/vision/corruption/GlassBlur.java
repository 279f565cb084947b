package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * Seen through frosted glass: blurred, pixels taken from a random neighbour, blurred again.
 *
 * @param reach how far away the neighbour may be, in pixels
 * @param rounds how often pixels are taken
 * @implNote the script that made the published sets means to exchange the two pixels, but assigns through views of one array,
 *     so that the second keeps its value. The published images are made so, and so are ours
 */
record GlassBlur(double deviation, int reach, int rounds) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        double[] row = scale.row(
                severity,
                new double[][] {{0.05, 1, 1}, {0.25, 1, 1}, {0.4, 1, 1}, {0.25, 1, 2}, {0.4, 1, 2}},
                new double[][] {{0.1, 1, 1}, {0.5, 1, 1}, {0.6, 1, 2}, {0.7, 2, 1}, {0.9, 2, 2}},
                new double[][] {{0.7, 1, 2}, {0.9, 2, 1}, {1, 2, 3}, {1.1, 3, 2}, {1.5, 4, 2}});
        return new GlassBlur(row[0], (int) row[1], (int) row[2]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        GaussianFilter filter = GaussianFilter.of(deviation);
        RgbImage blurred = Pixels.of(image).map(filter::apply).toImage();
        byte[] bytes = blurred.pixels();
        for (int round = 0; round < rounds; round++) {
            for (int y = image.height() - reach; y > reach; y--) {
                for (int x = image.width() - reach; x > reach; x--) {
                    int fromX = x + uniforms.whole(-reach, reach);
                    int fromY = y + uniforms.whole(-reach, reach);
                    System.arraycopy(
                            bytes,
                            Pixels.CHANNELS * (fromY * image.width() + fromX),
                            bytes,
                            Pixels.CHANNELS * (y * image.width() + x),
                            Pixels.CHANNELS);
                }
            }
        }
        return Pixels.of(blurred).map(filter::apply).toImage();
    }
}
