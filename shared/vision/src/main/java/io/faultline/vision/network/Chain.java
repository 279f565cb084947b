package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Layers one after another; at least one. */
record Chain(List<Layer> children) implements Layer {
    Chain {
        children = List.copyOf(children);
    }

    static Chain of(Layer... layers) {
        return new Chain(List.of(layers));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        NDArray hidden = children.get(0).apply(x, pass);
        for (Layer layer : children.subList(1, children.size())) {
            try (NDArray last = hidden) {
                hidden = layer.apply(last, pass);
            }
        }
        return hidden;
    }
}
