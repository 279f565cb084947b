package io.faultline.vision;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.lang.System.Logger.Level;
import java.util.Map;

/**
 * Makes the C library keep the memory of tensors that are freed for those that come next.
 *
 * <p>By itself it asks the system for fresh pages for every tensor above 32 MiB, and gives them back at once: an eighth of the time
 * of a training step then goes to pages that the system clears. Kept memory is touched once. The price is that the process stays as
 * large as it ever was.
 *
 * @implNote {@code mallopt} of glibc, since DJL lets nobody choose libtorch's allocator. Threads other than the process's first one
 *     allocate from heaps of 64 MiB, so larger tensors are mapped afresh all the same, unless {@code MALLOC_ARENA_MAX=1} makes all
 *     threads share one.
 */
final class KeptMemory {
    private static final System.Logger LOGGER = System.getLogger(KeptMemory.class.getName());

    /** glibc's numbers of the settings ({@code malloc.h}) with the environment variables that decide instead where they are set. */
    private enum Setting {
        /** Never gives the end of a heap back. */
        TRIM_THRESHOLD(-1, "MALLOC_TRIM_THRESHOLD_", -1),
        /** Nor the last heap but one: it is given back where it has more room than this. */
        TOP_PAD(-2, "MALLOC_TOP_PAD_", 64 << 20),
        /** No block is mapped on its own; the threshold above which they are cannot be raised so far in every version. */
        MMAP_MAX(-4, "MALLOC_MMAP_MAX_", 0);

        final int number;
        final String variable;
        final int value;

        Setting(int number, String variable, int value) {
            this.number = number;
            this.variable = variable;
            this.value = value;
        }
    }

    /** The part of the C library that is used. */
    public interface CLibrary extends Library {
        /** @return 1 if the setting was taken */
        int mallopt(int setting, int value);
    }

    private KeptMemory() {}

    /**
     * Once for all in this process. Only Linux has it, and there only glibc; elsewhere, and where the environment decides, all stays
     * as it is.
     */
    static void enable(Map<String, String> environment) {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            CLibrary library = Native.load("c", CLibrary.class);
            for (Setting setting : Setting.values()) {
                if (!environment.containsKey(setting.variable)) {
                    library.mallopt(setting.number, setting.value);
                }
            }
        } catch (LinkageError e) {
            LOGGER.log(
                    Level.WARNING,
                    "the memory of freed tensors goes back to the system, which makes training slower: "
                            + e.getMessage());
        }
    }
}
