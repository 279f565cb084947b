package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * Stretched like rubber (Simard et al., ICDAR 2003): a random affine map, then each pixel from a place moved by a smooth random field.
 *
 * @param strength of the field, in pixels
 * @param smoothness standard deviation of the field's smoothing, in pixels
 * @param slant how far the corners of the affine map move, in pixels
 * @implNote the reference's affine map rounds places to 1/32 pixel; here they are exact
 */
record ElasticTransform(double strength, double smoothness, double slant) implements Distortion {
    private static final double REACH = 3;

    static Distortion of(CorruptionScale scale, int severity) {
        double[] row = scale.row(
                severity,
                times(32, new double[][] {
                    {0, 0, 0.08}, {0.05, 0.2, 0.07}, {0.08, 0.06, 0.06}, {0.1, 0.04, 0.05}, {0.1, 0.03, 0.03}
                }),
                times(64, new double[][] {
                    {0, 0, 0.08}, {0.05, 0.3, 0.06}, {0.1, 0.08, 0.06}, {0.1, 0.03, 0.03}, {0.16, 0.03, 0.02}
                }),
                // 244, not 224, is what ImageNet-C was made with
                times(244, new double[][] {
                    {2, 0.7, 0.1}, {2, 0.08, 0.2}, {0.05, 0.01, 0.02}, {0.07, 0.01, 0.02}, {0.12, 0.01, 0.02}
                }));
        return new ElasticTransform(row[0], row[1], row[2]);
    }

    private static double[][] times(double side, double[][] shares) {
        for (double[] row : shares) {
            for (int i = 0; i < row.length; i++) {
                row[i] *= side;
            }
        }
        return shares;
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        int height = image.height();
        int width = image.width();
        AffineMap map = AffineMap.drawn(height, width, slant, uniforms);
        Plane right = field(height, width, uniforms);
        Plane down = field(height, width, uniforms);
        return Pixels.of(image)
                .map(map::warp)
                .map(channel -> {
                    Plane moved = Plane.of(height, width);
                    for (int y = 0; y < height; y++) {
                        for (int x = 0; x < width; x++) {
                            moved.set(y, x, channel.between(y + down.at(y, x), x + right.at(y, x), Border.REFLECT));
                        }
                    }
                    return moved;
                })
                .toImage();
    }

    private Plane field(int height, int width, Uniforms uniforms) {
        Plane random = Plane.drawn(height, width, () -> uniforms.between(-1, 1));
        return new GaussianFilter(smoothness, REACH, Border.REFLECT)
                .apply(random)
                .map(value -> value * strength);
    }
}
