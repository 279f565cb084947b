package io.faultline.vision.evaluation;

import io.faultline.vision.VisionException;

/** A network that answers with NaN or infinity: its accuracy would mean nothing. */
public final class NonFiniteLogitsException extends VisionException {
    private static final long serialVersionUID = 1L;

    NonFiniteLogitsException(int from, int to) {
        super("the network's logits of images " + from + " to " + (to - 1)
                + " are not finite; its weights are of no use: train it again with a lower learning rate");
    }
}
