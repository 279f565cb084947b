package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * Ice on the lens: a weighted sum of the image and a piece of a {@link FrostPicture}.
 *
 * @param image weight of the image
 * @param ice weight of the ice
 * @param shrinking how much smaller than the picture the ice is seen
 */
record Frost(double image, double ice, double shrinking) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        double[] row = scale.row(
                severity,
                new double[][] {{1, 0.2, 0.2}, {1, 0.3, 0.2}, {0.9, 0.4, 0.2}, {0.85, 0.4, 0.2}, {0.75, 0.45, 0.2}},
                new double[][] {{1, 0.3, 0.3}, {0.9, 0.4, 0.3}, {0.8, 0.45, 0.3}, {0.75, 0.5, 0.3}, {0.7, 0.55, 0.3}},
                new double[][] {{1, 0.4, 1}, {0.8, 0.6, 1}, {0.7, 0.7, 1}, {0.65, 0.7, 1}, {0.6, 0.75, 1}});
        return new Frost(row[0], row[1], row[2]);
    }

    @Override
    public RgbImage apply(RgbImage original, Uniforms uniforms) {
        FrostPicture picture = FrostPicture.of(uniforms.whole(0, FrostPicture.COUNT));
        int shrunk = (int) (FrostPicture.SIDE * shrinking);
        int top = uniforms.whole(0, shrunk);
        int left = uniforms.whole(0, shrunk);
        Pixels pixels = Pixels.of(original);
        return new Pixels(
                        iced(pixels.red(), picture, picture.red(), top, left),
                        iced(pixels.green(), picture, picture.green(), top, left),
                        iced(pixels.blue(), picture, picture.blue(), top, left))
                .toImage();
    }

    private Plane iced(Plane channel, FrostPicture picture, FrostPicture.Tint tint, int top, int left) {
        Plane result = Plane.of(channel.height(), channel.width());
        for (int y = 0; y < channel.height(); y++) {
            for (int x = 0; x < channel.width(); x++) {
                // pixel middles on pixel middles
                double pattern = picture.at((top + y + 0.5) / shrinking - 0.5, (left + x + 0.5) / shrinking - 0.5);
                result.set(y, x, image * channel.at(y, x) + ice * tint.level(pattern) / Pixels.LEVELS);
            }
        }
        return result;
    }
}
