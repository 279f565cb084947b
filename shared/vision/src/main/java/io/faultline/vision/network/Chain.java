package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
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
    public Cut cutBefore(String weight) {
        int place = 0;
        while (!children.get(place).reads(weight)) {
            place++;
        }
        Cut cut = children.get(place).cutBefore(weight);
        List<Layer> first = children.subList(0, place);
        List<Layer> last = children.subList(place + 1, children.size());
        return new Cut() {
            @Override
            public NDList before(NDArray x, Pass pass) {
                if (first.isEmpty()) {
                    return cut.before(x, pass);
                }
                NDArray hidden = new Chain(first).apply(x, pass);
                NDList kept = cut.before(hidden, pass);
                if (kept.stream().noneMatch(array -> array == hidden)) {
                    hidden.close();
                }
                return kept;
            }

            @Override
            public NDArray after(NDList kept, Pass pass) {
                NDArray hidden = cut.after(kept, pass);
                if (last.isEmpty()) {
                    return hidden;
                }
                try (hidden) {
                    return new Chain(last).apply(hidden, pass);
                }
            }
        };
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
