package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** A convolution and the batch norm after it, which fold into one convolution. */
record NormalizedConvolution(Convolution convolution, BatchNormalization norm) implements Layer {
    static NormalizedConvolution of(Convolution convolution, String norm) {
        return new NormalizedConvolution(convolution, BatchNormalization.of(norm, convolution.outputs()));
    }

    @Override
    public List<Layer> children() {
        return List.of(convolution, norm);
    }

    @Override
    public void fold(FoldedTensors folded) {
        folded.fold(convolution, norm);
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        if (pass.isFolded()) {
            return convolution.applyFolded(x, pass);
        }
        try (NDArray convolved = convolution.apply(x, pass)) {
            return norm.apply(convolved, pass);
        }
    }
}
