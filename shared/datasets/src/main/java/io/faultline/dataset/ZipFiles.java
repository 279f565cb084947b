package io.faultline.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** A zip archive. Its directory is believed only as far as the unpacked bytes bear it out (size and CRC-32). */
final class ZipFiles implements DataFiles {
    private final ZipFile zip;
    private final DatasetLimits limits;
    /** As they lie in the archive. */
    private final Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();

    private ZipFiles(ZipFile zip, DatasetLimits limits) {
        this.zip = zip;
        this.limits = limits;
    }

    static ZipFiles open(Path archive, DatasetLimits limits) {
        try {
            return new ZipFiles(ZipFile.builder().setPath(archive).get(), limits);
        } catch (ZipException | EOFException e) {
            throw damaged("its directory cannot be read", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public FileListing list() {
        FileListing listing = new FileListing(limits);
        for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
            String name = EntryName.checked(entry.getName());
            if (entry.isUnixSymlink()) {
                throw new InvalidDatasetException(
                        name + " is a symbolic link; allowed: files and folders. Pack the archive without links.");
            }
            if (entry.isDirectory()) {
                listing.addFolder(entry.getName());
                continue;
            }
            if (entry.getGeneralPurposeBit().usesEncryption()) {
                throw new InvalidDatasetException(
                        name + " is encrypted; allowed: plain files. Pack the archive without a password.");
            }
            if (!zip.canReadEntryData(entry)) {
                throw new InvalidDatasetException(name + " is packed by method " + entry.getMethod()
                        + "; allowed: stored or deflated. Pack the archive again.");
            }
            if (listing.addFile(entry.getName(), entry.getSize())) {
                entries.put(name, entry);
            }
        }
        return listing;
    }

    @Override
    public void read(Collection<String> names, Consumer<List<FileContent>> batches) {
        FileBatch batch = new FileBatch(batches);
        Set<String> wanted = new HashSet<>(names);
        entries.forEach((name, entry) -> {
            if (wanted.contains(name)) {
                batch.add(new FileContent(name, unpack(name, entry)));
            }
        });
        batch.flush();
    }

    @Override
    public boolean hasRandomAccess() {
        return true;
    }

    @Override
    public byte[] bytes(String name) {
        return unpack(name, entries.get(name));
    }

    @Override
    public boolean canSeek() {
        return false;
    }

    @Override
    public byte[] bytes(String name, long from, int length) {
        throw new IllegalStateException(name + " is unpacked from its beginning");
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] unpack(String name, ZipArchiveEntry entry) {
        int size = Math.toIntExact(entry.getSize());
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
            // one byte more than promised shows that the promise was wrong, without unpacking what lies behind it
            bytes = in.readNBytes(size + 1);
        } catch (ZipException | EOFException e) {
            throw damaged(name + " cannot be unpacked", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        if (bytes.length != size || crc.getValue() != entry.getCrc()) {
            throw damaged(name + " is not what the archive's directory says (size or CRC-32)", null);
        }
        return bytes;
    }

    private static InvalidDatasetException damaged(String found, IOException cause) {
        return new InvalidDatasetException(
                "the zip is damaged or ends early: " + found + ". Pack or upload it again.", cause);
    }
}
