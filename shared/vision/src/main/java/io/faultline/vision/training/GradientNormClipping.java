package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Collection;

/**
 * Scales all gradients by the same factor where their joint length is above a limit: PyTorch's {@code clip_grad_norm_},
 * g ← g · min(1, limit / (‖g‖₂ + 10⁻⁶)).
 */
public final class GradientNormClipping {
    private static final double GUARD = 1e-6;

    private GradientNormClipping() {}

    /**
     * Clips in place.
     *
     * @return the joint length before
     */
    public static double clip(Collection<NDArray> gradients, double limit, NDManager manager) {
        if (gradients.isEmpty()) {
            return 0;
        }
        try (NDManager scratch = manager.newSubManager()) {
            NDList squares = new NDList(gradients.size());
            for (NDArray gradient : gradients) {
                try (NDArray squared = gradient.square()) {
                    NDArray sum = squared.sum();
                    sum.attach(scratch);
                    squares.add(sum);
                }
            }
            double norm = NDArrays.stack(squares).sum().sqrt().toFloatArray()[0];
            double factor = limit / (norm + GUARD);
            if (factor < 1) {
                NDArray scale = scratch.create((float) factor);
                gradients.forEach(gradient -> gradient.muli(scale));
            }
            return norm;
        }
    }
}
