package io.faultline.dataset;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks the rows of a PNG's data chunks one after the other and undoes their filters (W3C PNG, Sec. 9), so that no more than
 * two rows are in memory beside the image.
 */
final class PngRows implements AutoCloseable {
    private static final int CHUNK_FRAME = 12;
    private static final int DATA = 0x49444154;

    private final String name;
    private final ByteBuffer file;
    private final long needed;
    private final Inflater inflater = new Inflater();
    private int nextChunk;
    private long done;
    private byte[] row = new byte[0];
    private byte[] above = new byte[0];
    private int pixelBytes;

    /**
     * @param firstData where the first data chunk begins; all chunks of the file are known to be whole
     * @param needed bytes that all rows take unpacked, for the message when there are fewer
     */
    PngRows(String name, byte[] bytes, int firstData, long needed) {
        this.name = name;
        this.file = ByteBuffer.wrap(bytes);
        this.nextChunk = firstData;
        this.needed = needed;
    }

    /**
     * Begins an image, or one pass of an interlaced one: there is no row above the next one.
     *
     * @param stride bytes of a row without its filter
     * @param pixelBytes bytes from one pixel to the next, at least one
     */
    void startPass(int stride, int pixelBytes) {
        this.pixelBytes = pixelBytes;
        row = new byte[1 + stride];
        above = new byte[1 + stride];
    }

    /** The next row, from place 1 on; its array is used again for the row after the next. */
    byte[] next() {
        byte[] current = above;
        above = row;
        row = current;
        inflate(current);
        switch (current[0]) {
            case 0 -> {
                // not filtered
            }
            case 1 -> addLeft(current);
            case 2 -> addAbove(current);
            case 3 -> addMean(current);
            case 4 -> addPaeth(current);
            default -> throw PngImage.refused(name, "has a row of unknown filter " + (current[0] & 0xFF), null);
        }
        return current;
    }

    private void addLeft(byte[] current) {
        for (int i = 1 + pixelBytes; i < current.length; i++) {
            current[i] += current[i - pixelBytes];
        }
    }

    private void addAbove(byte[] current) {
        for (int i = 1; i < current.length; i++) {
            current[i] += above[i];
        }
    }

    private void addMean(byte[] current) {
        int first = Math.min(current.length, 1 + pixelBytes);
        for (int i = 1; i < first; i++) {
            current[i] += (byte) ((above[i] & 0xFF) / 2);
        }
        for (int i = first; i < current.length; i++) {
            current[i] += (byte) (((current[i - pixelBytes] & 0xFF) + (above[i] & 0xFF)) / 2);
        }
    }

    private void addPaeth(byte[] current) {
        int first = Math.min(current.length, 1 + pixelBytes);
        for (int i = 1; i < first; i++) {
            current[i] += above[i];
        }
        for (int i = first; i < current.length; i++) {
            int left = current[i - pixelBytes] & 0xFF;
            int up = above[i] & 0xFF;
            int corner = above[i - pixelBytes] & 0xFF;
            // distances of left + up − corner from each of the three
            int toLeft = Math.abs(up - corner);
            int toUp = Math.abs(left - corner);
            int toCorner = Math.abs(left + up - 2 * corner);
            int nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
            current[i] += (byte) nearest;
        }
    }

    private void inflate(byte[] into) {
        int filled = 0;
        try {
            while (filled < into.length) {
                int more = inflater.inflate(into, filled, into.length - filled);
                filled += more;
                done += more;
                if (more == 0) {
                    if (inflater.finished() || !inflater.needsInput() || !feed()) {
                        throw inflater.needsDictionary()
                                ? PngImage.refused(name, "needs a preset dictionary", null)
                                : PngImage.refused(name, "has pixels for " + done + " of " + needed + " bytes", null);
                    }
                }
            }
        } catch (DataFormatException e) {
            throw PngImage.refused(name, "has damaged pixels (" + e.getMessage() + ")", e);
        }
    }

    /** Hands the next data chunk to the inflater; false if there is none. */
    private boolean feed() {
        int length = file.getInt(nextChunk);
        if (file.getInt(nextChunk + 4) != DATA) {
            return false;
        }
        inflater.setInput(file.array(), nextChunk + 8, length);
        nextChunk += CHUNK_FRAME + length;
        return true;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
