package io.faultline.artifact;

import java.io.IOException;
import java.nio.file.FileStore;
import java.util.Locale;

/** The disk did not take what was written to it; says which disk it is and how much room it has. */
final class DiskWriteException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final double MEBIBYTE = 1 << 20;

    private DiskWriteException(String message, IOException cause) {
        super(message, cause);
    }

    /**
     * @param disk that the file lies on
     * @param written bytes of the file that it took before
     * @param refused bytes that it did not take
     */
    static DiskWriteException of(IOException cause, FileStore disk, long written, long refused) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        try {
            long free = disk.getUsableSpace();
            String facts = reason + " on " + disk + ", of which " + mebibytes(free) + " of "
                    + mebibytes(disk.getTotalSpace()) + " are free after " + mebibytes(written) + " of the file";
            return new DiskWriteException(
                    free < refused ? "the disk is full: " + facts + ", which needs more; make room there" : facts,
                    cause);
        } catch (IOException e) {
            cause.addSuppressed(e);
            return new DiskWriteException(reason + " on " + disk, cause);
        }
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
    }
}
