package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;

/** Functions of each number alone. */
enum Pointwise implements Layer {
    RELU {
        @Override
        public NDArray apply(NDArray x, Pass pass) {
            return Activation.relu(x);
        }
    },
    /** min(max(x, 0), 6). */
    RELU6 {
        @Override
        public NDArray apply(NDArray x, Pass pass) {
            // the engine's clip would leave its two bounds behind, and pass a gradient at exactly zero, as PyTorch's
            // ReLU6 does not
            try (NDArray most = Tensors.of(x.getManager(), new float[] {6}, new Shape());
                    NDArray bounded = x.minimum(most)) {
                return Activation.relu(bounded);
            }
        }
    },
    /** x·σ(x). */
    SILU {
        @Override
        public NDArray apply(NDArray x, Pass pass) {
            try (NDArray gate = Activation.sigmoid(x)) {
                return x.mul(gate);
            }
        }
    },
    /** x·Φ(x), with the exact normal distribution function. */
    GELU {
        @Override
        public NDArray apply(NDArray x, Pass pass) {
            return Activation.gelu(x);
        }
    },
    /** 1/(1 + exp(−x)). */
    SIGMOID {
        @Override
        public NDArray apply(NDArray x, Pass pass) {
            return Activation.sigmoid(x);
        }
    }
}
