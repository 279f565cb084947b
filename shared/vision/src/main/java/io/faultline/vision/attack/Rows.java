package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.network.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Picks and mixes the images of a batch (N, C, H, W). Results belong to the first array's manager. */
final class Rows {
    private Rows() {}

    /** The images at these places, in this order and in the batch's memory layout. */
    static NDArray pick(NDArray images, int[] places) {
        long[] index = Arrays.stream(places).asLongStream().toArray();
        try (NDManager scratch = images.getManager().newSubManager()) {
            scratch.tempAttachAll(images);
            // picking copies into the plain layout: from channels last through channels last, or later convolutions are
            // slow
            NDArray picked = images.transpose(0, 2, 3, 1).get(Tensors.of(scratch, index, new Shape(index.length)));
            return scratch.ret(picked.transpose(0, 3, 1, 2));
        }
    }

    /** For each image the one where true, and the other where false. */
    static NDArray mixed(boolean[] first, NDArray one, NDArray other) {
        float[] mask = new float[first.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = first[i] ? 1 : 0;
        }
        try (NDManager scratch = one.getManager().newSubManager()) {
            scratch.tempAttachAll(one, other);
            NDArray condition = Tensors.of(scratch, mask, new Shape(mask.length, 1, 1, 1))
                    .gt(0)
                    .broadcast(one.getShape()); // the engine's choice does not broadcast by itself
            return scratch.ret(NDArrays.where(condition, one, other));
        }
    }

    /** The places of 0 to size − 1 that are not among some, which ascend. */
    static int[] others(int size, int[] places) {
        return IntStream.range(0, size)
                .filter(i -> Arrays.binarySearch(places, i) < 0)
                .toArray();
    }

    static int[] at(int[] values, int[] places) {
        return Arrays.stream(places).map(i -> values[i]).toArray();
    }

    static long[] at(long[] values, int[] places) {
        return Arrays.stream(places).mapToLong(i -> values[i]).toArray();
    }
}
