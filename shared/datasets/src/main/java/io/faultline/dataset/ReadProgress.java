package io.faultline.dataset;

/** Hears how far the reading of a data set is; called on the reading thread, a few times per second at most. */
@FunctionalInterface
public interface ReadProgress {
    /** Hears nothing. */
    ReadProgress SILENT = (done, total) -> {};

    /**
     * @param done images decoded so far, ascending
     * @param total images of both splits
     */
    void read(long done, long total);
}
