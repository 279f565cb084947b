package io.faultline.dataset.download;

/** Hears how far a download is, on the thread that waits for it. What it throws stops the download; what is there is kept. */
@FunctionalInterface
public interface DownloadProgress {
    /** Hears nothing. */
    DownloadProgress SILENT = (done, total) -> {};

    /**
     * Called at the start, after every 256 KiB, at the end, and now and then while another process downloads the same file.
     *
     * @param done bytes on disk; fewer than before if the server made the download start over
     * @param total bytes of the whole file
     */
    void downloaded(long done, long total);
}
