package io.faultline.vision.training;

/**
 * Watches a training while it runs; what it throws ends the training, which then goes on from its last kept state. Where a step
 * has one batch, what {@link #computing()} throws leaves the state as it was before the step, fit to be kept.
 */
public interface TrainingListener {
    /** Watches nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** The network is about to be run, by a batch or by an attack on it: several times per step of adversarial training. */
    default void computing() {}

    /**
     * A step was taken.
     *
     * @param images of the step's batch
     * @param loss their mean
     */
    default void stepped(int images, double loss) {}
}
