package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;

/**
 * Softmax cross-entropy −log softmax(z)_y, computed through log-softmax, so that large logits do not overflow.
 *
 * <p>Logits are (N, K) float32, labels (N) int64 from 0 to K − 1; both stay their owner's. The results are differentiable
 * and belong to the logits' manager.
 */
public final class CrossEntropy {
    private CrossEntropy() {}

    /** @return (N) */
    public static NDArray each(NDArray logits, NDArray labels) {
        try (NDArray logProbabilities = logits.logSoftmax(1)) {
            return ofLabels(logProbabilities, labels);
        }
    }

    /**
     * Against smoothed labels (Szegedy et al., CVPR 2016, Sec. 7): (1 − α) · (−log p_y) + α · mean over all K of −log p_k, which
     * is PyTorch's {@code label_smoothing}.
     *
     * @param smoothing α, from 0 (labels as they are) to below 1
     * @return (N)
     */
    public static NDArray each(NDArray logits, NDArray labels, double smoothing) {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("label smoothing is " + smoothing + "; allowed: 0 to below 1");
        }
        if (smoothing == 0) {
            return each(logits, labels);
        }
        try (NDArray logProbabilities = logits.logSoftmax(1);
                NDArray ofLabels = ofLabels(logProbabilities, labels);
                NDArray weighted = Tensors.times(ofLabels, 1 - smoothing);
                NDArray mean = logProbabilities.mean(new int[] {1});
                NDArray spread = Tensors.times(mean, smoothing)) {
            return weighted.sub(spread);
        }
    }

    /** @return scalar: what training minimises */
    public static NDArray mean(NDArray logits, NDArray labels) {
        try (NDArray each = each(logits, labels)) {
            return each.mean();
        }
    }

    /** @return scalar: what attacks ascend, since no image's gradient depends on how many others are in the batch */
    public static NDArray sum(NDArray logits, NDArray labels) {
        try (NDArray each = each(logits, labels)) {
            return each.sum();
        }
    }

    private static NDArray ofLabels(NDArray logProbabilities, NDArray labels) {
        // the labels must outlive the backward pass, which reads them: a reshape shares their memory
        try (NDArray index = labels.reshape(-1, 1);
                NDArray ofLabel = logProbabilities.gather(index, 1);
                NDArray flat = ofLabel.reshape(-1)) {
            return flat.neg();
        }
    }
}
