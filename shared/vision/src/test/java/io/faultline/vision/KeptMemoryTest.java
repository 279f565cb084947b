package io.faultline.vision;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class KeptMemoryTest {
    /** Above the 32 MiB from which glibc by itself maps every block afresh. */
    private static final int MEBIBYTES = 40;

    private static final int PAGE_BYTES = 4096;
    private static final int TIMES = 8;
    /** Until the small rests beside aligned blocks, of which each thread keeps a few back, are used up. */
    private static final int FIRST_TIMES = 20;

    /** Of the fields after the command's name in /proc/self/stat: pages that the system had to hand out, without reading a disk. */
    private static final int MINOR_FAULTS = 7;

    @Test
    @EnabledOnOs(OS.LINUX)
    void largeTensorTakesTheMemoryOfTheOneBeforeIt() throws IOException {
        try (NDManager manager = ComputeDevice.open("cpu")) {
            for (int i = 0; i < FIRST_TIMES; i++) {
                fillAndFree(manager);
            }
            long before = pagesHandedOut();
            for (int i = 0; i < TIMES; i++) {
                fillAndFree(manager);
            }

            long pages = (long) TIMES * MEBIBYTES * (1 << 20) / PAGE_BYTES;
            assertThat(pagesHandedOut() - before).isLessThan(pages / 10);
        }
    }

    private static void fillAndFree(NDManager manager) {
        manager.ones(new Shape(MEBIBYTES, (1 << 20) / Float.BYTES)).close();
    }

    private static long pagesHandedOut() throws IOException {
        String line = Files.readString(Path.of("/proc/self/stat"));
        return Long.parseLong(line.substring(line.lastIndexOf(')') + 2).split(" ")[MINOR_FAULTS]);
    }
}
