package io.faultline.local.cluster;

import io.faultline.json.FaultlineJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The directory of one cluster: data, logs, master key, and who owns it. Only its owner can look inside.
 *
 * @param directory made when a cluster first starts there
 */
public record ClusterHome(Path directory) {
    private static final int KEY_BYTES = 32;
    private static final int LARGEST_LOG = 10 * 1024 * 1024;

    public ClusterHome {
        directory = directory.toAbsolutePath().normalize();
    }

    public Path logs() {
        return directory.resolve("logs");
    }

    /** The log of one of the cluster's processes. */
    public Path log(String process) {
        return logs().resolve(process + ".log");
    }

    Path data(Member member) {
        return directory.resolve(member.label());
    }

    /** Official data sets that were fetched. */
    public Path downloads() {
        return directory.resolve("downloads");
    }

    /** The file store that the services share. */
    public Path store() {
        return directory.resolve("store");
    }

    Path masterKeyFile() {
        return directory.resolve("master-key");
    }

    private Path stateFile() {
        return directory.resolve("state.json");
    }

    /** Makes the directories, and draws the master key on the first call. */
    void prepare() {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createDirectories(logs());
            Files.createDirectories(store());
            if (!Files.exists(masterKeyFile())) {
                byte[] key = new byte[KEY_BYTES];
                new SecureRandom().nextBytes(key);
                replace(masterKeyFile(), HexFormat.of().formatHex(key) + "\n");
            }
        } catch (IOException e) {
            throw new ClusterException("the cluster's home " + directory + " cannot be prepared: " + e, e);
        }
    }

    /** Sets a log aside that has grown large, so that an old one is kept and the disk does not fill. */
    void turnOver(Path log) {
        try {
            if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
                Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(log + " cannot be set aside", e);
        }
    }

    /**
     * Takes the home for this process. The operating system gives it back when the process ends, in whatever way.
     *
     * @return empty if another process, or another cluster of this one, has it
     */
    Optional<FileLock> tryOwn() {
        Path file = directory.resolve("lock");
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(lock);
            }
            channel.close();
            return Optional.empty();
        } catch (OverlappingFileLockException e) {
            close(channel);
            return Optional.empty();
        } catch (IOException e) {
            close(channel);
            throw new ClusterException(file + " cannot be locked: " + e, e);
        }
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the running cluster says of itself; empty if none runs here. */
    public Optional<ClusterState> running() {
        if (!Files.exists(directory)) {
            return Optional.empty();
        }
        Optional<FileLock> lock = tryOwn();
        if (lock.isPresent()) {
            release(lock.get());
            return Optional.empty();
        }
        return lastState();
    }

    static void release(FileLock lock) {
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the last cluster here said of itself, whether or not it still runs. */
    Optional<ClusterState> lastState() {
        try {
            return Optional.of(FaultlineJson.read(Files.readAllBytes(stateFile()), ClusterState.class));
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ClusterException(stateFile() + " cannot be read: " + e, e);
        }
    }

    void tell(ClusterState state) {
        try {
            replace(
                    stateFile(),
                    FaultlineJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(state));
        } catch (IOException e) {
            throw new UncheckedIOException("the cluster's state cannot be written to " + stateFile(), e);
        }
    }

    void forgetState() {
        try {
            Files.deleteIfExists(stateFile());
        } catch (IOException e) {
            throw new UncheckedIOException(stateFile() + " cannot be deleted", e);
        }
    }

    private static void replace(Path file, String content) throws IOException {
        Path half = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".half"); // mode 0600
        Files.writeString(half, content);
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
