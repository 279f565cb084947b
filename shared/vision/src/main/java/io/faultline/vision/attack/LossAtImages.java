package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Gradients;
import java.util.function.UnaryOperator;

/**
 * A loss at images with its gradient there, and the answers: all from one forward and one backward pass.
 *
 * @param gradient (N, C, H, W), each image's own; owned by the images' manager
 * @param losses (N)
 */
record LossAtImages(NDArray gradient, float[] losses, Answers answers) {
    /** @param loss from logits (N, K) to (N) */
    static LossAtImages of(Classifier classifier, NDArray images, UnaryOperator<NDArray> loss) {
        Answers[] answers = new Answers[1];
        float[][] losses = new float[1][];
        NDArray gradient = Gradients.of(images, leaf -> {
            try (NDArray logits = classifier.logits(leaf);
                    NDArray each = loss.apply(logits)) {
                answers[0] = Answers.of(logits);
                losses[0] = each.toFloatArray();
                return each.sum();
            }
        });
        return new LossAtImages(gradient, losses[0], answers[0]);
    }
}
