package io.faultline.checkpoint;

import java.util.List;

/** A tensor but for its numbers. */
record TensorForm(Safetensors.ElementType type, List<Long> shape) {
    long elements() {
        return Safetensors.Tensor.size(1, shape);
    }

    long bytes() {
        return Safetensors.Tensor.size(type.bytes(), shape);
    }
}
