package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/**
 * Out of focus: each point becomes a disk, whose edge is smoothed a little.
 *
 * @param radius of the disk in pixels
 * @param smoothing standard deviation of the edge
 * @implNote the kernel is rounded to float32, as the reference's is
 */
record DefocusBlur(double radius, double smoothing) implements Distortion {
    private static final double LARGEST_SMALL_DISK = 8;

    static Distortion of(CorruptionScale scale, int severity) {
        double[] row = scale.row(
                severity,
                new double[][] {{0.3, 0.4}, {0.4, 0.5}, {0.5, 0.6}, {1, 0.2}, {1.5, 0.1}},
                new double[][] {{0.5, 0.6}, {1, 0.1}, {1.5, 0.1}, {2.5, 0.01}, {3, 0.1}},
                new double[][] {{3, 0.1}, {4, 0.5}, {6, 0.5}, {8, 0.5}, {10, 0.5}});
        return new DefocusBlur(row[0], row[1]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        Plane kernel = kernel();
        return Pixels.of(image).map(plane -> correlate(plane, kernel)).toImage();
    }

    /** A square of odd side, whose weights sum to one. */
    Plane kernel() {
        int reach = (int) Math.max(LARGEST_SMALL_DISK, radius);
        int smoothingReach = radius <= LARGEST_SMALL_DISK ? 1 : 2;
        int side = 2 * reach + 1;
        Plane disk = Plane.of(side, side);
        int inside = 0;
        for (int y = -reach; y <= reach; y++) {
            for (int x = -reach; x <= reach; x++) {
                if (x * x + y * y <= radius * radius) {
                    disk.set(reach + y, reach + x, 1);
                    inside++;
                }
            }
        }
        int area = inside;
        // reach of r pixels exactly
        GaussianFilter edge = new GaussianFilter(smoothing, smoothingReach / smoothing, Border.REFLECT_101);
        return edge.apply(disk.map(one -> (float) (one / area))).map(weight -> (float) weight);
    }

    private static Plane correlate(Plane plane, Plane kernel) {
        int reach = kernel.height() / 2;
        Plane result = Plane.of(plane.height(), plane.width());
        for (int dy = -reach; dy <= reach; dy++) {
            for (int dx = -reach; dx <= reach; dx++) {
                double weight = kernel.at(reach + dy, reach + dx);
                if (weight == 0) {
                    continue;
                }
                int[] columns = Border.REFLECT_101.indices(dx, plane.width(), plane.width());
                for (int y = 0; y < plane.height(); y++) {
                    int row = Border.REFLECT_101.index(y + dy, plane.height()) * plane.width();
                    int to = y * plane.width();
                    for (int x = 0; x < plane.width(); x++) {
                        result.values()[to + x] += weight * plane.values()[row + columns[x]];
                    }
                }
            }
        }
        return result;
    }
}
