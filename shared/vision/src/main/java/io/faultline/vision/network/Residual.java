package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** x ↦ body(x) + shortcut(x); the shortcut is the identity where the list is empty. */
record Residual(Layer body, List<Layer> shortcut) implements Layer {
    /** x ↦ body(x) + x. */
    static Residual of(Layer body) {
        return new Residual(body, List.of());
    }

    @Override
    public List<Layer> children() {
        return shortcut.isEmpty() ? List.of(body) : List.of(body, shortcut.get(0));
    }

    @Override
    public Cut cutBefore(String weight) {
        if (!body.reads(weight)) {
            return shortcut.get(0).cutBefore(weight).beside(body, NDArray::add);
        }
        Layer carried = shortcut.isEmpty() ? (x, pass) -> x : shortcut.get(0);
        return body.cutBefore(weight).beside(carried, NDArray::add);
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        try (NDArray changed = body.apply(x, pass)) {
            if (shortcut.isEmpty()) {
                return changed.add(x);
            }
            try (NDArray carried = shortcut.get(0).apply(x, pass)) {
                return changed.add(carried);
            }
        }
    }
}
