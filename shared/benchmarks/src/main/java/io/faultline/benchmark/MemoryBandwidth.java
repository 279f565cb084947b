package io.faultline.benchmark;

import java.util.stream.IntStream;

/**
 * What the memory gives, measured as McCalpin's STREAM does: arrays far larger than the caches, each thread on its own part,
 * bytes counted as read or written by the program.
 */
final class MemoryBandwidth {
    /** 128 MiB per array. */
    private static final int LENGTH = 1 << 24;

    private static final int COPY_BYTES = 2 * Double.BYTES;
    private static final int TRIAD_BYTES = 3 * Double.BYTES;
    private static final double FACTOR = 3;

    private final double[] a = new double[LENGTH];
    private final double[] b = new double[LENGTH];
    private final double[] c = new double[LENGTH];

    MemoryBandwidth() {
        for (int i = 0; i < LENGTH; i++) {
            a[i] = i;
            b[i] = i + 1;
        }
    }

    private interface Part {
        void run(int from, int to);
    }

    /** c = a, in bytes per second. */
    double copy(Threads threads) {
        return measure(threads, COPY_BYTES, this::copy);
    }

    /** a = b + 3 c, in bytes per second. */
    double triad(Threads threads) {
        return measure(threads, TRIAD_BYTES, this::triad);
    }

    private static double measure(Threads threads, int bytes, Part part) {
        int parts = threads.count();
        long start = System.nanoTime();
        threads.run(() -> IntStream.range(0, parts)
                .parallel()
                .forEach(i -> part.run((int) ((long) LENGTH * i / parts), (int) ((long) LENGTH * (i + 1) / parts))));
        return (double) bytes * LENGTH / Threads.secondsSince(start);
    }

    private void copy(int from, int to) {
        for (int i = from; i < to; i++) {
            c[i] = a[i];
        }
    }

    private void triad(int from, int to) {
        for (int i = from; i < to; i++) {
            a[i] = b[i] + FACTOR * c[i];
        }
    }
}
