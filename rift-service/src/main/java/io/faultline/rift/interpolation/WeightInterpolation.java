package io.faultline.rift.interpolation;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The straight line between the trained and the fine-tuned network, θ_α = (1 − α) θ_AT + α θ_FT (Zhu et al., ICCV 2023, Eq. 9), of
 * which both ends are met bit for bit. Tensors that were not fine-tuned are θ_AT's all along it.
 *
 * <p>Running means and variances lie on the line as weights do. So does {@code num_batches_tracked}, rounded to the nearest whole
 * number: nothing computes with it.
 *
 * @implNote The authors interpolate the whole state dict, of which the rest is equal at both ends. PyTorch cuts the interpolated
 *     {@code num_batches_tracked} off instead of rounding it.
 */
public final class WeightInterpolation {
    private final StateDict trained;
    private final Map<String, Safetensors.Tensor> origin = new LinkedHashMap<>();
    private final Map<String, Safetensors.Tensor> fineTuned;

    /**
     * @param trained θ_AT; stays the caller's and as it is, and must not change while the line is in use
     * @param fineTuned the tensors of θ_FT that differ from it, by name; not copied
     * @throws IllegalArgumentException if one has no counterpart of its shape and type
     */
    public WeightInterpolation(StateDict trained, Map<String, Safetensors.Tensor> fineTuned) {
        this.trained = trained;
        this.fineTuned = Map.copyOf(fineTuned);
        fineTuned.forEach((name, end) -> {
            Safetensors.Tensor start = Tensors.save(trained.get(name));
            if (start.type() != end.type() || !start.shape().equals(end.shape())) {
                throw new IllegalArgumentException("'" + name + "' is " + start.type() + " " + start.shape() + " and "
                        + end.type() + " " + end.shape() + "; expected the same on both ends");
            }
            origin.put(name, start);
        });
    }

    /**
     * The tensors that were fine-tuned, by name, at a place of the line.
     *
     * @param alpha 0 for the trained ones, 1 for the fine-tuned ones
     */
    public Map<String, Safetensors.Tensor> at(double alpha) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("α is " + alpha + "; expected 0 to 1");
        }
        Map<String, Safetensors.Tensor> between = new LinkedHashMap<>();
        origin.forEach((name, start) -> between.put(name, between(start, fineTuned.get(name), alpha)));
        return between;
    }

    /**
     * The whole network's tensors at a place of the line.
     *
     * @param parent of the memory that they take
     * @return the caller's to close
     */
    public StateDict state(double alpha, NDManager parent) {
        Map<String, Safetensors.Tensor> moved = at(alpha);
        StateDict state = trained.copy(parent);
        try (NDManager scope = parent.newSubManager()) {
            moved.forEach((name, tensor) -> state.put(name, Tensors.load(tensor, scope)));
        }
        return state;
    }

    private static Safetensors.Tensor between(Safetensors.Tensor start, Safetensors.Tensor end, double alpha) {
        // (1 − 0)·(−0) + 0·x is +0: the ends are taken as they are, not computed
        if (alpha == 0) {
            return start;
        }
        if (alpha == 1) {
            return end;
        }
        return switch (start.type()) {
            case F32 -> Safetensors.Tensor.of(between(start.floats(), end.floats(), alpha), start.shape());
            case I64 -> Safetensors.Tensor.of(between(start.longs(), end.longs(), alpha), start.shape());
        };
    }

    private static float[] between(float[] start, float[] end, double alpha) {
        float[] values = new float[start.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((1 - alpha) * start[i] + alpha * end[i]);
        }
        return values;
    }

    private static long[] between(long[] start, long[] end, double alpha) {
        long[] values = new long[start.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = start[i] + Math.round(alpha * (end[i] - start[i]));
        }
        return values;
    }
}
