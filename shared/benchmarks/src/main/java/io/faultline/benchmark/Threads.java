package io.faultline.benchmark;

import java.util.concurrent.ForkJoinPool;

/** A number of threads on which parallel streams run. */
final class Threads implements AutoCloseable {
    private final ForkJoinPool pool;

    Threads(int count) {
        this.pool = new ForkJoinPool(count);
    }

    int count() {
        return pool.getParallelism();
    }

    /** Runs a task, whose parallel streams use these threads, to its end. */
    void run(Runnable task) {
        pool.submit(task).join();
    }

    static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
