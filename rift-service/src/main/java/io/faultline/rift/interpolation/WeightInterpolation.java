package io.faultline.rift.interpolation;

/**
 * The straight line between two weights of one module, θ_α = (1 − α) θ_AT + α θ_FT (Zhu et al., ICCV 2023, Eq. 9), of which
 * both ends are met exactly.
 *
 * @implNote The authors interpolate the whole state dict, batch-norm statistics included; here nothing but the fine-tuned
 *     module differs between the two ends, so that it alone is interpolated.
 */
public final class WeightInterpolation {
    private final float[] trained;
    private final float[] fineTuned;

    /**
     * @param trained θ_AT; not copied
     * @param fineTuned θ_FT, as long; not copied
     */
    public WeightInterpolation(float[] trained, float[] fineTuned) {
        if (trained.length != fineTuned.length) {
            throw new IllegalArgumentException(
                    trained.length + " and " + fineTuned.length + " weights; expected as many on both ends");
        }
        this.trained = trained;
        this.fineTuned = fineTuned;
    }

    /** @param alpha 0 for the trained weights, 1 for the fine-tuned ones */
    public float[] at(double alpha) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("α is " + alpha + "; expected 0 to 1");
        }
        float[] weights = new float[trained.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) ((1 - alpha) * trained[i] + alpha * fineTuned[i]);
        }
        return weights;
    }
}
