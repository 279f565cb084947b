package io.faultline.vision.evaluation;

/** Watches an evaluation; what it throws ends it. */
@FunctionalInterface
public interface EvaluationListener {
    /** Watches nothing. */
    EvaluationListener NONE = images -> {};

    /** @param images of the batch that was just measured */
    void measured(int images);
}
