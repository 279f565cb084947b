package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;

/** x ↦ x and body(x) as one activation, channel after channel. */
record Concatenation(Layer body, Order order) implements Layer {
    /** Which channels come first; the implementations of DenseNet differ. */
    enum Order {
        BODY_FIRST,
        BODY_LAST
    }

    @Override
    public List<Layer> children() {
        return List.of(body);
    }

    @Override
    public Cut cutBefore(String weight) {
        return body.cutBefore(weight).beside((x, pass) -> x, this::joined);
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        try (NDArray made = body.apply(x, pass)) {
            return joined(made, x);
        }
    }

    private NDArray joined(NDArray made, NDArray x) {
        return NDArrays.concat(order == Order.BODY_FIRST ? new NDList(made, x) : new NDList(x, made), 1);
    }
}
