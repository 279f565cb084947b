package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** How far two probability distributions over the classes are apart, image by image; differentiable in both. */
final class Divergence {
    private static final int[] CLASSES = {1};

    private Divergence() {}

    /**
     * Kullback and Leibler's Σ_k p_k (log p_k − log q_k), p and q the softmax of logits.
     *
     * @param reference logits of p, (N, K)
     * @param logits of q, (N, K)
     * @return (N), owned by the second's manager
     */
    static NDArray kullbackLeibler(NDArray reference, NDArray logits) {
        try (NDManager scratch = logits.getManager().newSubManager()) {
            scratch.tempAttachAll(reference, logits);
            NDArray logP = reference.logSoftmax(1);
            NDArray logQ = logits.logSoftmax(1);
            return scratch.ret(logP.exp().mul(logP.sub(logQ)).sum(CLASSES));
        }
    }

    /**
     * Σ_k (p_k − q_k)², q the softmax of logits.
     *
     * @param probabilities p, (N, K)
     * @param logits of q, (N, K)
     * @return (N), owned by the second's manager
     */
    static NDArray squaredError(NDArray probabilities, NDArray logits) {
        try (NDManager scratch = logits.getManager().newSubManager()) {
            scratch.tempAttachAll(probabilities, logits);
            return scratch.ret(probabilities.sub(logits.softmax(1)).square().sum(CLASSES));
        }
    }
}
