package io.faultline.vision.corruption;

/** Where each place (x, y) of a warped image comes from: x' = xx·x + xy·y + x0, y' = yx·x + yy·y + y0. */
record AffineMap(double xx, double xy, double x0, double yx, double yy, double y0) {
    /**
     * The map under which three corners of the image's middle square come from up to {@code slant} pixels away, each way.
     *
     * @implNote corners in the reference's order, so that the same random numbers move the same corner
     */
    static AffineMap drawn(int height, int width, double slant, Uniforms uniforms) {
        int centreX = width / 2;
        int centreY = height / 2;
        int reach = Math.min(height, width) / 3;
        double[][] from = {
            {centreX + reach, centreY + reach}, {centreX + reach, centreY - reach}, {centreX - reach, centreY - reach}
        };
        double[][] to = new double[from.length][2];
        for (int corner = 0; corner < from.length; corner++) {
            for (int i = 0; i < 2; i++) {
                to[corner][i] = from[corner][i] + uniforms.between(-slant, slant);
            }
        }
        return taking(to, from);
    }

    /** The map that takes three points to three others. */
    static AffineMap taking(double[][] points, double[][] others) {
        double ax = points[1][0] - points[0][0];
        double ay = points[1][1] - points[0][1];
        double bx = points[2][0] - points[0][0];
        double by = points[2][1] - points[0][1];
        double determinant = ax * by - ay * bx;
        double[][] rows = new double[2][3];
        for (int i = 0; i < 2; i++) {
            double a = others[1][i] - others[0][i];
            double b = others[2][i] - others[0][i];
            rows[i][0] = (a * by - b * ay) / determinant;
            rows[i][1] = (b * ax - a * bx) / determinant;
            rows[i][2] = others[0][i] - rows[i][0] * points[0][0] - rows[i][1] * points[0][1];
        }
        return new AffineMap(rows[0][0], rows[0][1], rows[0][2], rows[1][0], rows[1][1], rows[1][2]);
    }

    Plane warp(Plane plane) {
        Plane result = Plane.of(plane.height(), plane.width());
        for (int y = 0; y < plane.height(); y++) {
            for (int x = 0; x < plane.width(); x++) {
                double fromX = xx * x + xy * y + x0;
                double fromY = yx * x + yy * y + y0;
                result.set(y, x, plane.between(fromY, fromX, Border.REFLECT_101));
            }
        }
        return result;
    }
}
