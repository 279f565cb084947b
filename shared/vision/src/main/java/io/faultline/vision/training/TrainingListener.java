package io.faultline.vision.training;

/** Watches a training while it runs; what it throws ends the training, which then goes on from its last kept state. */
public interface TrainingListener {
    /** Watches nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** The network is about to be run, forwards or there and back: several times per step of adversarial training. */
    default void computing() {}

    /**
     * A step was taken.
     *
     * @param images of the step's batch
     * @param loss their mean
     */
    default void stepped(int images, double loss) {}
}
