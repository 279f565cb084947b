package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;

/** Pooling over square windows: (N, C, H, W) ↦ (N, C, H', W'). */
record Pooling(Kind kind, int kernel, int stride, int padding) implements Layer {
    enum Kind {
        LARGEST,
        MEAN
    }

    /** The mean over the whole image: (N, C, H, W) ↦ (N, C). */
    static final Layer GLOBAL_MEAN = (x, pass) -> Pool.globalAvgPool2d(x);

    /** Windows beside each other. */
    static Pooling of(Kind kind, int kernel) {
        return new Pooling(kind, kernel, kernel, 0);
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        Shape shape = x.getShape();
        if (Math.min(shape.get(2), shape.get(3)) + 2L * padding < kernel) {
            throw new IllegalArgumentException(
                    "an activation of " + shape.get(2) + "×" + shape.get(3) + " is smaller than the " + kernel + "×"
                            + kernel + " that this network pools; give it larger images");
        }
        Shape window = new Shape(kernel, kernel);
        Shape step = new Shape(stride, stride);
        Shape border = new Shape(padding, padding);
        return switch (kind) {
            case LARGEST -> Pool.maxPool2d(x, window, step, border, false);
            case MEAN -> Pool.avgPool2d(x, window, step, border, false, true);
        };
    }
}
