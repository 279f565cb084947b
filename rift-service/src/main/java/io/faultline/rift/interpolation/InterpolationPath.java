package io.faultline.rift.interpolation;

import ai.djl.ndarray.NDManager;
import io.faultline.report.InterpolationPoint;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;

/** How clean and robust accuracy move as a network goes from the trained to the fine-tuned weights. */
public final class InterpolationPath {
    private final NormalizedNetwork network;
    private final WeightInterpolation line;

    /** Measures a classifier, each time on the same images, from the same random starts of the same attack. */
    @FunctionalInterface
    public interface Measurement {
        RobustAccuracy of(Classifier classifier);
    }

    public InterpolationPath(NormalizedNetwork network, WeightInterpolation line) {
        this.network = network;
        this.line = line;
    }

    /**
     * Measures the trained network, α = 0, with which all other places are compared.
     *
     * @param parent of the memory that the weights take
     */
    public RobustAccuracy origin(NDManager parent, Measurement measurement) {
        return measure(0, parent, measurement);
    }

    /**
     * A place of the path, with its changes from α = 0 image by image.
     *
     * @param alpha from 0, which is not measured again, to 1
     * @param origin what {@link #origin} measured
     * @param parent of the memory that the weights take
     */
    public InterpolationPoint at(double alpha, RobustAccuracy origin, NDManager parent, Measurement measurement) {
        RobustAccuracy measured = alpha == 0 ? origin : measure(alpha, parent, measurement);
        return new InterpolationPoint(
                alpha,
                measured.clean(),
                measured.robust(),
                measured.cleanChange(origin),
                measured.robustChange(origin));
    }

    private RobustAccuracy measure(double alpha, NDManager parent, Measurement measurement) {
        try (NDManager scope = parent.newSubManager();
                StateDict state = line.state(alpha, scope)) {
            return measurement.of(network.folded(state, scope));
        }
    }
}
