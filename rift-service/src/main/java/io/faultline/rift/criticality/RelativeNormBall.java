package io.faultline.rift.criticality;

/**
 * The weights that one module may take while its criticality is sought: ‖Δθ‖₂ ≤ ε‖θ‖₂ around its own (Zhu et al., ICCV 2023,
 * Eq. 2 with p = 2).
 *
 * @param epsilon ε, above zero
 */
record RelativeNormBall(double epsilon) {
    RelativeNormBall {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("radius is " + epsilon + "; expected above 0");
        }
    }

    /**
     * The nearest weights inside the ball: θ + Δθ where that is inside already, else Δθ shortened to length ε‖θ‖₂.
     *
     * @param weights θ + Δθ
     * @param centre θ, as long
     * @return the argument where it is inside, else a new array
     */
    float[] project(float[] weights, float[] centre) {
        double radius = epsilon * norm(centre);
        double[] change = change(weights, centre);
        double length = norm(change);
        if (length <= radius) {
            return weights;
        }
        float[] projected = new float[weights.length];
        for (int i = 0; i < projected.length; i++) {
            projected[i] = (float) (centre[i] + change[i] * (radius / length));
        }
        return projected;
    }

    /** Whether weights lie on the ball's surface or outside: ‖Δθ‖₂ ≥ ε‖θ‖₂. */
    boolean reachedBy(float[] weights, float[] centre) {
        return norm(change(weights, centre)) >= epsilon * norm(centre);
    }

    private static double[] change(float[] weights, float[] centre) {
        double[] change = new double[weights.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = (double) weights[i] - centre[i];
        }
        return change;
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private static double norm(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
