package io.faultline.dataset;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tar whose bytes depend on nothing but the files put into it, in their order. */
final class DeterministicTar implements Closeable {
    private static final int BLOCK = 10_240;
    private static final int READ_BY_ALL = 0100644;

    private final TarArchiveOutputStream tar;

    /** @param out is flushed and not closed at the end */
    DeterministicTar(OutputStream out) {
        this.tar = new TarArchiveOutputStream(new LeftOpen(out), BLOCK, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    void put(String name, byte[] content) throws IOException {
        if (!EntryName.checked(name).equals(name) || EntryName.isDebris(name)) {
            throw new IllegalArgumentException("file name is '" + name + "'; it could not be read back");
        }
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setModTime(0L);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setMode(READ_BY_ALL);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    private static final class LeftOpen extends FilterOutputStream {
        LeftOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
