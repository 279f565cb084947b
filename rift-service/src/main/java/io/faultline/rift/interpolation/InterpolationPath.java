package io.faultline.rift.interpolation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.PairedDifference;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.Tensors;

/** How clean and robust accuracy move as one module's weight goes from the trained to the fine-tuned one. */
public final class InterpolationPath {
    private final Checkpoint trained;
    private final NamedModule module;
    private final WeightInterpolation line;

    /** Measures a classifier, each time on the same images, from the same random starts of the same attack. */
    @FunctionalInterface
    public interface Measurement {
        RobustAccuracy of(Classifier classifier);
    }

    /** @param trained θ_AT; stays the caller's and as it is */
    public InterpolationPath(Checkpoint trained, NamedModule module, WeightInterpolation line) {
        this.trained = trained;
        this.module = module;
        this.line = line;
    }

    /** @param parent of the memory that the weights take */
    public InterpolationPoint at(double alpha, NDManager parent, Measurement measurement) {
        try (NDManager scope = parent.newSubManager()) {
            NDArray weight = Tensors.of(
                    scope, line.at(alpha), trained.state().get(module.weight()).getShape());
            RobustAccuracy measured =
                    measurement.of(trained.network().folded(trained.state().with(module.weight(), weight), scope));
            return new InterpolationPoint(
                    alpha, measured.clean(), measured.robust(), new PairedDifference(0, 0), new PairedDifference(0, 0));
        }
    }
}
