package io.faultline.vision.attack;

/**
 * The shortest way from an image to a hyperplane without leaving the pixel range [0, 1] (Croce and Hein, ICML 2020, "Minimally
 * distorted adversarial examples", Sec. 3.1): min ‖d‖ such that ⟨w, x + d⟩ = b and 0 ≤ x + d ≤ 1.
 *
 * <p>Along the way pixel i moves by min(λ · s_i, r_i) against the sign of w_i, where r_i is the room it has; s_i is 1 in L∞ and
 * |w_i| in L2. The λ sought is the root of a concave, piecewise linear function. Where the hyperplane does not meet the pixel range,
 * every pixel goes as far as it can.
 *
 * @implNote Newton's method from λ = 0 climbs to the root without passing it and ends at it after finitely many steps, in
 *     linear time each; the reference implementation sorts all breakpoints and bisects. It also treats slopes under 1e-8 as 0 in L2,
 *     which this does not
 */
final class HyperplaneProjection {
    private static final double ROUNDING = 1e-12;

    private HyperplaneProjection() {}

    /**
     * @param w the hyperplane's normal
     * @param x the image, in [0, 1]
     * @param offset ⟨w, x⟩ − b
     * @return d
     */
    static double[] from(float[] x, float[] w, double offset, PixelNorm norm) {
        double sign = offset >= 0 ? 1 : -1; // the way leads down the slope, or up
        double[] room = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            room[i] = sign * w[i] > 0 ? x[i] : 1 - (double) x[i];
        }
        double lambda = root(w, room, Math.abs(offset), norm);
        double[] way = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            way[i] = -sign * Math.signum(w[i]) * Math.min(lambda * norm.speed(w[i]), room[i]);
        }
        return way;
    }

    /** The λ with Σ |w_i| min(λ s_i, r_i) = goal, or one at which every pixel has used its room. */
    private static double root(float[] w, double[] room, double goal, PixelNorm norm) {
        double lambda = 0;
        while (true) {
            double reached = 0;
            double slope = 0;
            for (int i = 0; i < w.length; i++) {
                double speed = norm.speed(w[i]);
                double weight = Math.abs((double) w[i]);
                if (lambda * speed < room[i]) {
                    reached += weight * lambda * speed;
                    slope += weight * speed;
                } else {
                    reached += weight * room[i];
                }
            }
            double missing = goal - reached;
            if (missing <= ROUNDING * goal || slope == 0) {
                return lambda;
            }
            double next = lambda + missing / slope;
            if (!(next > lambda)) {
                return lambda;
            }
            lambda = next;
        }
    }
}
