package io.faultline.rift.criticality;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A tensor of which rows (the first axis, one for each image) are kept piece by piece and read again from any place to any other.
 *
 * <p>Float32. Four axes are kept, and come back, as (N, C, H, W) with the channels last in memory, which libtorch's convolutions are
 * fastest on; so the same rows have the same bits and the same strides wherever they were kept.
 */
interface Sheet {
    /** Keeps the rows that follow the last ones; they stay the caller's. */
    void append(NDArray rows);

    /** @return owned by {@code scope}; to be read only */
    NDArray read(long from, long to, NDManager scope);
}
