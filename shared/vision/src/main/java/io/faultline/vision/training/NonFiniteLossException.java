package io.faultline.vision.training;

import io.faultline.vision.VisionException;
import java.util.Locale;

/** The loss became NaN or infinite: the training cannot be saved by going on. */
public final class NonFiniteLossException extends VisionException {
    private static final long serialVersionUID = 1L;

    private final int epoch;
    private final int step;
    private final double lastFinite;

    /**
     * @param epoch counted from 1
     * @param step of the epoch, counted from 1
     * @param lastFinite loss of the step before; NaN if there was none
     */
    public NonFiniteLossException(double loss, int epoch, int step, double lastFinite) {
        super("loss is " + loss + " at epoch " + epoch + ", step " + step + " (last finite "
                + (Double.isNaN(lastFinite) ? "none" : String.format(Locale.ROOT, "%.4g", lastFinite))
                + "); lower the learning rate or set clipNorm");
        this.epoch = epoch;
        this.step = step;
        this.lastFinite = lastFinite;
    }

    public int epoch() {
        return epoch;
    }

    public int step() {
        return step;
    }

    public double lastFinite() {
        return lastFinite;
    }
}
