package io.faultline.dataset;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tar whose bytes depend on nothing but the files put into it, in their order. A run of entries can be written by itself, as
 * a segment, and put into a tar later: the bytes are the same as if its files had been put there one by one.
 */
final class DeterministicTar implements Closeable {
    private static final int RECORD = 512;
    private static final int BLOCK = 10_240;
    private static final int END_RECORDS = 2;
    private static final int READ_BY_ALL = 0100644;
    private static final int BUFFER = 1 << 16;

    private final Counted out;
    private final TarArchiveOutputStream tar;

    /** @param out is flushed and not closed at the end */
    DeterministicTar(OutputStream out) {
        this.out = new Counted(out);
        // by records, so that after each entry all of it has arrived
        this.tar = new TarArchiveOutputStream(this.out, RECORD, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    void put(String name, byte[] content) throws IOException {
        begin(name, content.length);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** Begins a file of that many bytes, which {@link #append} then fills. */
    void begin(String name, long size) throws IOException {
        if (!EntryName.checked(name).equals(name) || EntryName.isDebris(name)) {
            throw new IllegalArgumentException("file name is '" + name + "'; it could not be read back");
        }
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setModTime(0L);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setMode(READ_BY_ALL);
        tar.putArchiveEntry(entry);
    }

    void append(InputStream content) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            tar.write(buffer, 0, n);
        }
    }

    /** Ends the file that was begun; fails unless it has all of its bytes. */
    void end() throws IOException {
        tar.closeArchiveEntry();
    }

    /** Puts in the entries that another of these wrote without its end. */
    void putSegment(InputStream entries) throws IOException {
        entries.transferTo(out);
    }

    /** Ends a segment: every entry has arrived, and no end marker follows. */
    void endSegment() throws IOException {
        out.flush();
    }

    /** Ends the tar. */
    @Override
    public void close() throws IOException {
        out.write(new byte[END_RECORDS * RECORD]);
        int over = (int) (out.count % BLOCK);
        if (over > 0) {
            out.write(new byte[BLOCK - over]);
        }
        out.flush();
    }

    private static final class Counted extends FilterOutputStream {
        private long count;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
