package io.faultline.dataset;

/**
 * What a data set may cost to read, so that a hostile archive is refused before it fills memory or disk.
 *
 * @param entries files and folders
 * @param bytesPerFile unpacked
 * @param bytesOfAllFiles unpacked
 * @param pixelsPerImage read from the image's header, before it is decoded
 * @param bytesOfAllPixels of the decoded images together, if they stay in memory
 */
record DatasetLimits(
        long entries, long bytesPerFile, long bytesOfAllFiles, long pixelsPerImage, long bytesOfAllPixels) {
    private static final long MEBI = 1L << 20;
    private static final long GIBI = 1L << 30;
    /** The rest of the heap is left to the files being decoded and to whatever else the process does. */
    private static final double PIXEL_SHARE_OF_HEAP = 0.7;
    /** An image is in memory several times while it is worked on, and one per core is. */
    private static final long LEAST_HEAP_BYTES_PER_PIXEL = 32;

    /** Limits that this process can bear. */
    static DatasetLimits ofThisProcess() {
        long heap = Runtime.getRuntime().maxMemory();
        return new DatasetLimits(
                2_000_000, GIBI, 64 * GIBI, Math.min(64 * MEBI, heap / LEAST_HEAP_BYTES_PER_PIXEL), (long)
                        (PIXEL_SHARE_OF_HEAP * heap));
    }

    /** The same for images that are let go one after the other. */
    DatasetLimits ofStreamedPixels() {
        return new DatasetLimits(entries, bytesPerFile, bytesOfAllFiles, pixelsPerImage, Long.MAX_VALUE);
    }
}
