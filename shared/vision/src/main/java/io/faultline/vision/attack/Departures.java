package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The images that have left an attack early, with what they left as, until the batch is put together again. */
final class Departures {
    private final NDManager manager;
    private final NDList departed = new NDList();
    private final List<int[]> places = new ArrayList<>();
    private int[] remaining;

    /** @param manager of the memory that departed images take */
    Departures(NDManager manager, int count) {
        this.manager = manager;
        remaining = IntStream.range(0, count).toArray();
    }

    /** The places in the whole batch of the images that remain. */
    int[] remaining() {
        return remaining;
    }

    /**
     * Lets some of the remaining images go.
     *
     * @param leaving their positions among the remaining, ascending
     * @param as all remaining images as they are now; stays the caller's
     */
    void leave(int[] leaving, NDArray as) {
        if (leaving.length == 0) {
            return;
        }
        NDArray left = Rows.pick(as, leaving);
        left.attach(manager);
        departed.add(left);
        places.add(Rows.at(remaining, leaving));
        remaining = Rows.at(remaining, Rows.others(remaining.length, leaving));
    }

    /** The whole batch in its order, once no image remains; owned by the manager. */
    NDArray all() {
        int[] order = places.stream().flatMapToInt(IntStream::of).toArray();
        int[] position = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            position[order[i]] = i;
        }
        try (NDArray together = NDArrays.concat(departed)) {
            NDArray ordered = Rows.pick(together, position);
            ordered.attach(manager);
            return ordered;
        }
    }
}
