package io.faultline.rift;

/** Seconds since it was made. */
final class Stopwatch {
    private static final double NANOS = 1e9;

    private final long begun = System.nanoTime();

    double seconds() {
        return (System.nanoTime() - begun) / NANOS;
    }
}
