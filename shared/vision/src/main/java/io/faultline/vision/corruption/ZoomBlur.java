package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * The camera moved towards what it saw: the mean of the image and of enlargements 1, 1 + step, ….
 *
 * @param enlargements how many
 * @implNote sums in float32 as the reference does, since what is cut off to a level depends on the last bit of flat areas
 */
record ZoomBlur(int enlargements, double step) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        double[][] small = {{7, 0.01}, {12, 0.01}, {16, 0.01}, {21, 0.01}, {26, 0.01}};
        double[] row = scale.row(
                severity, small, small, new double[][] {{11, 0.01}, {16, 0.01}, {11, 0.02}, {13, 0.02}, {11, 0.03}});
        return new ZoomBlur((int) row[0], row[1]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        return Pixels.of(image)
                .map(plane -> plane.map(value -> (float) value))
                .map(this::blur)
                .toImage();
    }

    private Plane blur(Plane plane) {
        float[] sum = new float[plane.values().length];
        for (int i = 0; i < enlargements; i++) {
            double[] enlarged = ZoomedCrop.of(plane, 1 + i * step).values();
            for (int place = 0; place < sum.length; place++) {
                sum[place] += (float) enlarged[place];
            }
        }
        Plane result = Plane.of(plane.height(), plane.width());
        for (int place = 0; place < sum.length; place++) {
            result.values()[place] = ((float) plane.values()[place] + sum[place]) / (enlargements + 1);
        }
        return result;
    }
}
