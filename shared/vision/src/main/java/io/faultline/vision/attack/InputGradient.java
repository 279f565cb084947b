package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.Gradients;

/** The gradient of the summed cross-entropy with respect to the images; the parameters take no part in the backward pass. */
public final class InputGradient {
    private InputGradient() {}

    /**
     * @param images (N, C, H, W)
     * @param labels (N) int64
     * @return (N, C, H, W), each image's own gradient; owned by the images' manager
     */
    public static NDArray of(Classifier classifier, NDArray images, NDArray labels) {
        return Gradients.of(images, leaf -> {
            try (NDArray logits = classifier.logits(leaf)) {
                return CrossEntropy.sum(logits, labels);
            }
        });
    }
}
