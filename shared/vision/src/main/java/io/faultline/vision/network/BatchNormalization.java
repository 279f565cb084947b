package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.BatchNorm;
import io.faultline.vision.network.TensorSpec.Role;
import java.util.List;

/** γ(x − μ)/√(σ² + ε) + β for each channel of (N, C, H, W) (Ioffe and Szegedy, ICML 2015). */
record BatchNormalization(String name, int channels, float epsilon) implements Layer {
    /** PyTorch's default, as the share of the old running statistics that is kept. */
    private static final float MOMENTUM_KEPT = 0.9f;

    private static final float USUAL_EPSILON = 1e-5f;

    /** With PyTorch's default ε. */
    static BatchNormalization of(String name, int channels) {
        return new BatchNormalization(name, channels, USUAL_EPSILON);
    }

    String weight() {
        return name + ".weight";
    }

    String bias() {
        return name + ".bias";
    }

    String mean() {
        return name + ".running_mean";
    }

    String variance() {
        return name + ".running_var";
    }

    private String counter() {
        return name + ".num_batches_tracked";
    }

    @Override
    public List<TensorSpec> tensors() {
        Shape each = new Shape(channels);
        return List.of(
                new TensorSpec(weight(), each, Role.NORM_WEIGHT),
                new TensorSpec(bias(), each, Role.NORM_BIAS),
                new TensorSpec(mean(), each, Role.RUNNING_MEAN),
                new TensorSpec(variance(), each, Role.RUNNING_VARIANCE),
                new TensorSpec(counter(), new Shape(), Role.BATCHES_TRACKED));
    }

    @Override
    public void fold(FoldedTensors folded) {
        folded.foldAlone(this);
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        if (pass.isFolded()) {
            try (NDArray scaled = x.mul(pass.get(weight()))) {
                return scaled.add(pass.get(bias()));
            }
        }
        boolean training = pass.norms() == Pass.Norms.BATCH_STATISTICS;
        if (training) {
            pass.get(counter()).addi(1);
        }
        return BatchNorm.batchNorm(
                        x,
                        pass.get(mean()),
                        pass.get(variance()),
                        pass.get(weight()),
                        pass.get(bias()),
                        -1, // the engine's own axis, 1; naming it would cost two transpositions
                        MOMENTUM_KEPT,
                        epsilon,
                        training)
                .singletonOrThrow();
    }
}
