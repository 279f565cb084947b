package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * Grey clouds laid over the image, the brightest level kept.
 *
 * @param thickness how bright the clouds are beside the image
 * @param smoothness by how much each finer octave of the clouds is weaker
 */
record Fog(double thickness, double smoothness) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        double[] row = scale.row(
                severity,
                new double[][] {{0.2, 3}, {0.5, 3}, {0.75, 2.5}, {1, 2}, {1.5, 1.75}},
                new double[][] {{0.4, 3}, {0.7, 3}, {1, 2.5}, {1.5, 2}, {2, 1.75}},
                new double[][] {{1.5, 2}, {2, 2}, {2.5, 1.7}, {2.5, 1.5}, {3, 1.4}});
        return new Fog(row[0], row[1]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        Pixels pixels = Pixels.of(image);
        double brightest = pixels.largest();
        Plane clouds = PlasmaFractal.covering(image.height(), image.width(), smoothness, uniforms);
        return pixels.map(channel -> {
                    Plane fogged = Plane.of(channel.height(), channel.width());
                    for (int y = 0; y < channel.height(); y++) {
                        for (int x = 0; x < channel.width(); x++) {
                            double value = channel.at(y, x) + thickness * clouds.at(y, x);
                            fogged.set(y, x, value * brightest / (brightest + thickness));
                        }
                    }
                    return fogged;
                })
                .toImage();
    }
}
