package io.faultline.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Gathers files until they are worth being decoded in parallel. */
final class FileBatch {
    private final Consumer<List<FileContent>> receiver;
    private List<FileContent> files = new ArrayList<>();
    private long bytes;

    FileBatch(Consumer<List<FileContent>> receiver) {
        this.receiver = receiver;
    }

    void add(FileContent file) {
        files.add(file);
        bytes += file.bytes().length;
        if (files.size() >= DataFiles.BATCH_FILES || bytes >= DataFiles.BATCH_BYTES) {
            flush();
        }
    }

    void flush() {
        if (!files.isEmpty()) {
            List<FileContent> full = files;
            files = new ArrayList<>();
            bytes = 0;
            receiver.accept(full);
        }
    }
}
