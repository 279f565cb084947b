package io.faultline.dataset.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * The right to write one file of the cache, among all processes that share it and all threads of each. It is a lock of the
 * operating system on a file beside, which stays: a process that dies holds nothing.
 */
final class CacheLock implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final FileChannel channel;

    private CacheLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits as long as another has it, and calls {@code waiting}, which may throw, meanwhile. */
    static CacheLock take(Path file, Runnable waiting) throws IOException, InterruptedException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            while (!locked(channel)) {
                waiting.run();
                Thread.sleep(LOOK_AGAIN.toMillis());
            }
            return new CacheLock(channel);
        } catch (IOException | InterruptedException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // another thread of this process has it
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
