package io.faultline.vision.corruption;

/**
 * Convolution with a normal density that is cut off and sums to one, along columns and then along rows, as SciPy does it.
 *
 * @implNote sums in SciPy's order, the middle first, then pairs from the outside in: of flat areas the last bit decides which level
 *     is cut off to
 */
final class GaussianFilter {
    /** Where SciPy and scikit-image cut off unless they are told otherwise, in standard deviations. */
    static final double USUAL_REACH = 4;

    private final int radius;
    private final double[] weights;
    private final Border border;

    /** @param reach in standard deviations */
    GaussianFilter(double deviation, double reach, Border border) {
        this.border = border;
        this.radius = (int) (reach * deviation + 0.5);
        this.weights = new double[2 * radius + 1];
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
            // no deviation, no radius: the only weight is that of the pixel itself
            weights[radius + i] = radius == 0 ? 1 : StrictMath.exp(-0.5 / (deviation * deviation) * i * i);
            sum += weights[radius + i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
    }

    static GaussianFilter of(double deviation) {
        return new GaussianFilter(deviation, USUAL_REACH, Border.NEAREST);
    }

    Plane apply(Plane plane) {
        return alongRows(alongColumns(plane));
    }

    private Plane alongColumns(Plane plane) {
        int width = plane.width();
        Plane result = Plane.of(plane.height(), width);
        double[] values = plane.values();
        for (int y = 0; y < plane.height(); y++) {
            int to = y * width;
            for (int x = 0; x < width; x++) {
                result.values()[to + x] = weights[radius] * values[to + x];
            }
            for (int distance = radius; distance > 0; distance--) {
                int above = border.index(y - distance, plane.height()) * width;
                int below = border.index(y + distance, plane.height()) * width;
                double weight = weights[radius + distance];
                for (int x = 0; x < width; x++) {
                    result.values()[to + x] += weight * (values[above + x] + values[below + x]);
                }
            }
        }
        return result;
    }

    private Plane alongRows(Plane plane) {
        Plane result = Plane.of(plane.height(), plane.width());
        int[] places = border.indices(-radius, plane.width() + 2 * radius, plane.width());
        for (int y = 0; y < plane.height(); y++) {
            int row = y * plane.width();
            for (int x = 0; x < plane.width(); x++) {
                double sum = weights[radius] * plane.values()[row + x];
                for (int distance = radius; distance > 0; distance--) {
                    double left = plane.values()[row + places[x + radius - distance]];
                    double right = plane.values()[row + places[x + radius + distance]];
                    sum += weights[radius + distance] * (left + right);
                }
                result.values()[row + x] = sum;
            }
        }
        return result;
    }
}
