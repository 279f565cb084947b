package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The means over the cells of a grid, flat: (N, C, H, W) ↦ (N, C·g·g). Cell i of g reaches from ⌊iH/g⌋ to ⌈(i + 1)H/g⌉, as in PyTorch's
 * adaptive pooling: cells of images that are no multiple of the grid overlap, and images may be smaller than the grid.
 */
record GridPooling(int grid) implements Layer {
    @Override
    public NDArray apply(NDArray x, Pass pass) {
        Shape shape = x.getShape();
        if (shape.get(2) == grid && shape.get(3) == grid) {
            return x.reshape(shape.get(0), -1);
        }
        NDManager manager = x.getManager();
        try (NDArray rows = means(manager, (int) shape.get(2));
                NDArray columns = means(manager, (int) shape.get(3));
                NDArray acrossColumns = columns.transpose();
                NDArray rowMeans = rows.matMul(x);
                NDArray means = rowMeans.matMul(acrossColumns)) { // (N, C, g, g)
            return means.reshape(shape.get(0), -1);
        }
    }

    /** The matrix (g, size) that takes the mean over each cell. */
    private NDArray means(NDManager manager, int size) {
        float[] shares = new float[grid * size];
        for (int cell = 0; cell < grid; cell++) {
            int from = cell * size / grid;
            int to = ((cell + 1) * size + grid - 1) / grid;
            for (int i = from; i < to; i++) {
                shares[cell * size + i] = 1f / (to - from);
            }
        }
        return Tensors.of(manager, shares, new Shape(grid, size));
    }
}
