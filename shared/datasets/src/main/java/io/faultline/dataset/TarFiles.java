package io.faultline.dataset;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/**
 * A tar archive, plain or compressed. It is passed through from front to back: once for the names, from which the form is
 * told, and once for the images. In a plain one the first pass notes where each file begins.
 */
final class TarFiles implements DataFiles {
    /** How the tar is packed. */
    enum Packing {
        PLAIN,
        GZIP,
        XZ
    }

    private static final int BUFFER = 1 << 16;
    static final int HEADER = 512;
    /** xz -9 needs 65 MiB; more is only asked for by archives that mean harm. */
    private static final int XZ_MEMORY_KIB = 256 << 10;

    private static final long KEPT_BYTES = 256L << 20;

    private final Path archive;
    private final Packing packing;
    private final DatasetLimits limits;
    private final Map<String, byte[]> labelFiles = new HashMap<>();

    private record Extent(long from, int length) {}

    private final Map<String, Extent> extents = new HashMap<>();
    private FileChannel channel;

    TarFiles(Path archive, Packing packing, DatasetLimits limits) {
        this.archive = archive;
        this.packing = packing;
        this.limits = limits;
    }

    @Override
    public FileListing list() {
        FileListing listing = new FileListing(limits);
        pass((name, entry, content) -> {
            if (entry.isDirectory()) {
                listing.addFolder(entry.getName());
                return;
            }
            if (!listing.addFile(entry.getName(), entry.getSize())) {
                return;
            }
            if (packing == Packing.PLAIN) {
                extents.put(name, new Extent(content.getBytesRead(), Math.toIntExact(entry.getSize())));
            }
            if (LABEL_FILES.contains(EntryName.last(name))
                    && entry.getSize()
                            <= KEPT_BYTES
                                    - labelFiles.values().stream()
                                            .mapToLong(b -> b.length)
                                            .sum()) {
                labelFiles.put(name, bytes(name, entry, content));
            }
        });
        return listing;
    }

    @Override
    public void read(Collection<String> names, Consumer<List<FileContent>> batches) {
        FileBatch batch = new FileBatch(batches);
        Set<String> wanted = new HashSet<>(names);
        names.stream().sorted().filter(labelFiles::containsKey).forEach(name -> {
            wanted.remove(name);
            batch.add(new FileContent(name, labelFiles.get(name)));
        });
        if (!wanted.isEmpty()) {
            pass((name, entry, content) -> {
                if (!entry.isDirectory() && wanted.remove(name)) {
                    batch.add(new FileContent(name, bytes(name, entry, content)));
                }
            });
        }
        batch.flush();
    }

    @Override
    public boolean hasRandomAccess() {
        return packing == Packing.PLAIN;
    }

    @Override
    public byte[] bytes(String name) {
        return bytes(name, 0, extent(name).length());
    }

    @Override
    public boolean canSeek() {
        return packing == Packing.PLAIN;
    }

    @Override
    public byte[] bytes(String name, long from, int length) {
        Extent extent = extent(name);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            FileChannel file = channel();
            while (bytes.hasRemaining()) {
                if (file.read(bytes, extent.from() + from + bytes.position()) < 0) {
                    throw endsEarly(name + " has " + bytes.position() + " of " + length + " bytes", null);
                }
            }
            return bytes.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Extent extent(String name) {
        Extent extent = extents.get(name);
        if (extent == null) {
            throw new IllegalStateException(name + " cannot be found without passing through the archive");
        }
        return extent;
    }

    private synchronized FileChannel channel() throws IOException {
        if (channel == null) {
            channel = FileChannel.open(archive, StandardOpenOption.READ);
        }
        return channel;
    }

    @Override
    public synchronized void close() {
        labelFiles.clear();
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface EntryVisitor {
        void visit(String name, TarArchiveEntry entry, TarArchiveInputStream content) throws IOException;
    }

    private void pass(EntryVisitor visitor) {
        try (InputStream packed = new Disk(Files.newInputStream(archive));
                InputStream unpacked = unpacked(new BufferedInputStream(packed, BUFFER));
                TarStream tar = new TarStream(beginningWithHeader(unpacked))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = EntryName.checked(entry.getName());
                refuseUnlessPlain(name, entry);
                visitor.visit(name, entry, tar);
            }
            if (!tar.reachedEndMarker()) {
                throw endsEarly("its end marker is missing", null);
            }
        } catch (MemoryLimitException e) {
            throw new InvalidDatasetException(
                    "the xz stream needs " + e.getMemoryNeeded() + " KiB of memory to unpack; allowed: "
                            + e.getMemoryLimit() + ". Pack it again with xz -6.",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            // commons-compress answers some broken headers with an IllegalArgumentException
            throw endsEarly(e.getMessage(), e);
        }
    }

    private static void refuseUnlessPlain(String name, TarArchiveEntry entry) {
        boolean link = entry.isSymbolicLink() || entry.isLink();
        boolean special = entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO() || entry.isSparse();
        if (link || special) {
            throw new InvalidDatasetException(name + " is " + (link ? "a link" : "a special file")
                    + "; allowed: files and folders. Pack the archive without links and special files.");
        }
    }

    private InputStream unpacked(InputStream packed) throws IOException {
        return switch (packing) {
            case PLAIN -> packed;
            case GZIP -> new GZIPInputStream(packed, BUFFER);
            case XZ -> new XZInputStream(packed, XZ_MEMORY_KIB);
        };
    }

    private static InputStream beginningWithHeader(InputStream unpacked) throws IOException {
        InputStream in = new BufferedInputStream(unpacked, BUFFER);
        in.mark(HEADER);
        byte[] header = in.readNBytes(HEADER);
        in.reset();
        if (header.length == 0) {
            throw new InvalidDatasetException("the archive is empty; expected a data set in it. Pack it again.");
        }
        if (!isHeader(header)) {
            throw new InvalidDatasetException(
                    "the compressed file holds no tar archive; allowed: tar, tar.gz, tar.xz, zip. Pack the whole data set"
                            + " as one of them.");
        }
        return in;
    }

    /** Whether a file that starts so is a tar: a header with a right checksum, or the end marker of an empty one. */
    static boolean isHeader(byte[] start) {
        if (start.length != HEADER) {
            return false;
        }
        try {
            return Arrays.equals(start, new byte[HEADER]) || TarUtils.verifyCheckSum(start);
        } catch (IllegalArgumentException e) {
            // the checksum's field holds no octal number
            return false;
        }
    }

    private static byte[] bytes(String name, TarArchiveEntry entry, InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(Math.toIntExact(entry.getSize()));
        if (bytes.length != entry.getSize()) {
            throw endsEarly(name + " has " + bytes.length + " of " + entry.getSize() + " bytes", null);
        }
        return bytes;
    }

    private static InvalidDatasetException endsEarly(String found, Exception cause) {
        return new InvalidDatasetException(
                "the archive is damaged or ends early (" + found + "). Pack or upload it again.", cause);
    }

    /**
     * Tells an archive that was cut off between two entries from one that ends as it should, and refuses what would fill the
     * memory or the stack of the library below: it reads a long name whole, and each header of headers one call deeper.
     */
    private static final class TarStream extends TarArchiveInputStream {
        private static final int TYPE = 156;
        private static final int SIZE = 124;
        private static final int SIZE_LENGTH = 12;
        private static final String TYPES_OF_HEADERS = "LKxXg";
        private static final long LARGEST_HEADER = 1 << 20;
        private static final int MOST_HEADERS = 16;

        private boolean endMarker;
        private int headers;

        TarStream(InputStream in) {
            super(in, "UTF-8");
        }

        boolean reachedEndMarker() {
            return endMarker;
        }

        @Override
        protected byte[] readRecord() throws IOException {
            byte[] header = super.readRecord();
            boolean ofHeader = header != null && TYPES_OF_HEADERS.indexOf(header[TYPE]) >= 0;
            headers = ofHeader ? headers + 1 : 0;
            if (headers > MOST_HEADERS
                    || (ofHeader && TarUtils.parseOctalOrBinary(header, SIZE, SIZE_LENGTH) > LARGEST_HEADER)) {
                throw new InvalidDatasetException("the tar has headers without end; allowed: names of at most 1024"
                        + " characters and few attributes. Pack the archive again.");
            }
            return header;
        }

        @Override
        protected boolean isEOFRecord(byte[] header) {
            boolean end = super.isEOFRecord(header);
            endMarker |= end && header != null;
            return end;
        }
    }

    /** Keeps a fault of the disk, which may pass, apart from a fault of the archive, which does not. */
    private static final class Disk extends FilterInputStream {
        Disk(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            try {
                return super.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            try {
                return super.read(target, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
