package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.vision.network.Weights;
import java.util.Collection;

/**
 * Soft orthogonality (Bansal et al., NeurIPS 2018, Eq. 1): the sum over layers of ‖WWᵀ − I‖²_F, where a row of W is all that one
 * output is computed with.
 */
final class Orthogonality {
    private Orthogonality() {}

    /**
     * @param layers names of the weights, (out, in) or (out, in, height, width); at least one
     * @return scalar, differentiable in the weights, owned by the manager of the first
     */
    static NDArray penalty(Weights weights, Collection<String> layers) {
        NDArray first = weights.get(layers.iterator().next());
        try (NDManager scratch = first.getManager().newSubManager()) {
            NDArray sum = scratch.zeros(first.getShape().slice(0, 0));
            for (String layer : layers) {
                NDArray weight = weights.get(layer);
                NDManager owner = weight.getManager();
                weight.attach(scratch);
                long outputs = weight.getShape().get(0);
                NDArray rows = weight.reshape(outputs, -1);
                NDArray excess = rows.matMul(rows.transpose()).sub(scratch.eye((int) outputs));
                sum = sum.add(excess.square().sum());
                weight.attach(owner);
            }
            return scratch.ret(sum);
        }
    }
}
