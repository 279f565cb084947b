package io.faultline.dataset;

import java.io.Closeable;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The files of a data set, wherever they lie: in a folder, a zip or a tar. */
interface DataFiles extends Closeable {
    /** Files that say what the images mean; small enough to be kept while an archive is listed. */
    List<String> LABEL_FILES = List.of(
            "manifest.json",
            "batches.meta.txt",
            "fine_label_names.txt",
            "coarse_label_names.txt",
            "wnids.txt",
            "words.txt",
            "val_annotations.txt");

    /** How many files, and of how many bytes together, are handed over at once. */
    int BATCH_FILES = 2048;

    long BATCH_BYTES = 64L << 20;

    /** All files and folders. Called once, before {@link #read}. */
    FileListing list();

    /**
     * Hands over the bytes of listed files, some at a time, each file once, in the order in which they lie.
     *
     * @throws InvalidDatasetException if a file cannot be unpacked
     */
    void read(Collection<String> names, Consumer<List<FileContent>> batches);

    /** Whether {@link #bytes} finds a file without passing through those before it. */
    boolean hasRandomAccess();

    /**
     * All bytes of one listed file. Safe for several threads.
     *
     * @throws InvalidDatasetException if it cannot be unpacked
     * @throws IllegalStateException without {@linkplain #hasRandomAccess() random access}
     */
    byte[] bytes(String name);

    /** Whether a part of a file can be had without unpacking what lies before it. */
    boolean canSeek();

    /** A part of one listed file, where {@link #canSeek}; else what holds for {@link #bytes(String)} holds here. */
    byte[] bytes(String name, long from, int length);

    @Override
    void close();
}
