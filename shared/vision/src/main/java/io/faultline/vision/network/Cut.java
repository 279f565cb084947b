package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * A layer in two parts, of which the first reads nothing of one module: while only that module's weight moves, the first is computed
 * once and kept.
 */
interface Cut {
    /**
     * What the second part needs.
     *
     * @param x stays the caller's
     * @return new arrays, owned by {@code x}'s manager, and {@code x} itself where the second part needs it as it is
     */
    NDList before(NDArray x, Pass pass);

    /**
     * What the layer gives.
     *
     * @param kept of {@link #before}; stays the caller's
     * @return a new array, owned by the manager of what was kept
     */
    NDArray after(NDList kept, Pass pass);

    /** The cut that leaves the whole layer to the second part. */
    static Cut atTheStartOf(Layer layer) {
        return new Cut() {
            @Override
            public NDList before(NDArray x, Pass pass) {
                return new NDList(x);
            }

            @Override
            public NDArray after(NDList kept, Pass pass) {
                return layer.apply(kept.get(0), pass);
            }
        };
    }

    /** The cut of a layer that gives one array more to this one's second part. */
    interface Join {
        NDArray apply(NDArray ofBranch, NDArray ofOther);
    }

    /**
     * The cut of two branches of which this one is cut and the other one is all in the first part.
     *
     * @param other of the same {@code x}; may give {@code x} itself
     * @param join gives a new array of what the branches give
     */
    default Cut beside(Layer other, Join join) {
        Cut branch = this;
        return new Cut() {
            @Override
            public NDList before(NDArray x, Pass pass) {
                NDList kept = new NDList(branch.before(x, pass));
                kept.add(other.apply(x, pass));
                return kept;
            }

            @Override
            public NDArray after(NDList kept, Pass pass) {
                int last = kept.size() - 1;
                try (NDArray ofBranch = branch.after(kept.subNDList(0, last), pass)) {
                    return join.apply(ofBranch, kept.get(last));
                }
            }
        };
    }
}
