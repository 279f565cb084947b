package io.faultline.vision.network;

/** What a batch norm divides by. */
public enum BatchNormMode {
    /** The running statistics, which stay as they are: PyTorch's {@code eval()}; attacks and evaluation use it. */
    RUNNING_STATISTICS,
    /** The batch's own statistics, by which the running ones are moved in place: PyTorch's {@code train()}. */
    BATCH_STATISTICS
}
