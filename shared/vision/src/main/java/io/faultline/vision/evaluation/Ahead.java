package io.faultline.vision.evaluation;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Makes the next item on another thread while the current one is used: one at a time, in order.
 *
 * @implNote items must be Java's own; tensors stay with the thread that computes
 */
final class Ahead<T> implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread worker = new Thread(task, "next batch");
        worker.setDaemon(true);
        return worker;
    });
    private final int count;
    private final IntFunction<T> make;
    private int taken;
    private Future<T> next;

    /**
     * Begins with the first item.
     *
     * @param count of items, at least one
     * @param make an item, from its number
     */
    Ahead(int count, IntFunction<T> make) {
        this.count = count;
        this.make = make;
        this.next = thread.submit(() -> make.apply(0));
    }

    boolean hasNext() {
        return taken < count;
    }

    /** The next item; what its making threw is thrown here. */
    T next() {
        T item = finished();
        taken++;
        if (taken < count) {
            int number = taken;
            next = thread.submit(() -> make.apply(number));
        }
        return item;
    }

    private T finished() {
        try {
            return next.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            if (e.getCause() instanceof Error) {
                throw (Error) e.getCause();
            }
            throw new IllegalStateException("a batch cannot fail in a checked way", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the next batch was made", e);
        }
    }

    /** Waits for the item that is being made, so that nobody reads any more from what the items are made of. */
    @Override
    public void close() {
        next.cancel(false);
        thread.shutdown();
        try {
            // no interrupt: it would close the file that the item is read from
            thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
