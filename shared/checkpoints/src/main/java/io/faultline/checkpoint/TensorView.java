package io.faultline.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which numbers of a storage are a tensor: element (i₀, i₁, …) is number {@code offset + Σ iₖ · strideₖ}.
 *
 * <p>A view lies wholly inside its storage, and no number of the storage is two elements of it. So a tensor never takes more
 * memory than the file has bytes for it. Tensors that {@code expand} made share numbers and are refused.
 *
 * @param offset of the first element, in elements
 * @param strides in elements, one for each extent of the shape
 */
record TensorView(Pickled.Storage storage, long offset, List<Long> shape, List<Long> strides) {
    private static final int LARGEST_RANK = 8;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    TensorView {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        if (shape.size() > LARGEST_RANK) {
            throw new InvalidCheckpointException(
                    "its shape has " + shape.size() + " extents; the most is " + LARGEST_RANK);
        }
        if (strides.size() != shape.size()
                || offset < 0
                || shape.stream().anyMatch(extent -> extent < 0)
                || strides.stream().anyMatch(stride -> stride < 0)) {
            throw new InvalidCheckpointException("its offset is " + offset + ", its shape " + shape + ", its strides "
                    + strides + "; expected as many strides as extents, and none of these numbers below 0");
        }
        long last;
        try {
            // in bytes of the widest numbers: what follows cannot overflow then
            long bytes = product(Long.BYTES, shape);
            last = bytes == 0 ? offset : Math.addExact(offset, span(shape, strides));
        } catch (ArithmeticException e) {
            throw new InvalidCheckpointException(
                    "its shape " + shape + " with strides " + strides + " from " + offset + " on is beyond 64 bits", e);
        }
        if (last > storage.elements()) {
            throw new InvalidCheckpointException("its shape " + shape + " with strides " + strides + " from " + offset
                    + " on needs a storage of " + last + " elements; storage '" + storage.key() + "' has "
                    + storage.elements());
        }
        if (elements(shape) > 0) {
            requireApart(shape, strides);
            long read =
                    Math.multiplyExact(span(shape, strides), storage.numbers().bytes());
            long kept = elements(shape) * storage.numbers().type().bytes();
            if (read > LARGEST_ARRAY || kept > LARGEST_ARRAY) {
                throw new InvalidCheckpointException("its shape " + shape + " with strides " + strides + " takes "
                        + Math.max(read, kept) + " bytes; the most is " + LARGEST_ARRAY);
            }
        }
    }

    long elements() {
        return elements(shape);
    }

    /** Numbers of the storage from the first element to the last, both included; 0 where there is none. */
    long span() {
        return elements() == 0 ? 0 : span(shape, strides);
    }

    /** Whether the elements lie in the storage row by row, without gaps. */
    boolean contiguous() {
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= shape.get(i);
        }
        return true;
    }

    private static long elements(List<Long> shape) {
        return product(1, shape);
    }

    private static long product(long start, List<Long> shape) {
        long product = start;
        for (long extent : shape) {
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }

    private static long span(List<Long> shape, List<Long> strides) {
        long last = 0;
        for (int i = 0; i < shape.size(); i++) {
            last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
        }
        return Math.addExact(last, 1);
    }

    /** Each stride must step over all that the smaller ones reach; whatever transposing and slicing make does. */
    private static void requireApart(List<Long> shape, List<Long> strides) {
        List<Integer> dimensions = new ArrayList<>();
        for (int i = 0; i < shape.size(); i++) {
            if (shape.get(i) > 1) {
                dimensions.add(i);
            }
        }
        dimensions.sort(Comparator.comparing(strides::get));
        long reached = 1;
        for (int dimension : dimensions) {
            if (strides.get(dimension) < reached) {
                throw new InvalidCheckpointException("its shape " + shape + " with strides " + strides
                        + " uses numbers of its storage twice; save a copy of it, made with contiguous()");
            }
            reached += (shape.get(dimension) - 1) * strides.get(dimension);
        }
    }
}
