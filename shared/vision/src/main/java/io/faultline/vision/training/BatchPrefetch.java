package io.faultline.vision.training;

import ai.djl.ndarray.NDManager;
import io.faultline.vision.batch.ImageBatch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;

/**
 * Batches in their order, each made ready on a thread of its own while the network computes with the one before.
 *
 * <p>One batch is ahead, and one thread makes them all. {@link #close()} waits for it, so that neither thread nor memory is left.
 *
 * @implNote The memory of a batch is opened by the thread that computes, filled by the other, and handed back through a future;
 *     the engine's tensors are bound to no thread. Only their creation happens on the other one: nothing is differentiated there.
 */
final class BatchPrefetch implements AutoCloseable {
    private final BiFunction<Integer, NDManager, ImageBatch> loader;
    private final NDManager manager;
    private final int end;
    private final ExecutorService loads;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private int ahead;
    private NDManager scope;
    private Future<ImageBatch> loading;

    /**
     * A batch and the memory it lives in, which closing it frees.
     *
     * @param scope of the computation with the batch too
     */
    record Prepared(ImageBatch batch, NDManager scope) implements AutoCloseable {
        @Override
        public void close() {
            scope.close();
        }
    }

    /**
     * @param loader makes a batch, by its number, in some memory; called by one thread at a time
     * @param first number of the first batch
     * @param end number after the last
     * @param manager parent of the memory
     */
    BatchPrefetch(BiFunction<Integer, NDManager, ImageBatch> loader, int first, int end, NDManager manager) {
        this.loader = loader;
        this.manager = manager;
        this.end = end;
        ahead = first;
        loads = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "batch-prefetch");
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        });
        loadNext();
    }

    /**
     * The next batch, which the caller closes. It waits also if it is interrupted, which the thread then still is: a batch takes
     * milliseconds, and whoever interrupts says elsewhere what for.
     *
     * @throws IllegalStateException if there is none left
     */
    Prepared next() {
        if (scope == null) {
            throw new IllegalStateException("all batches up to " + end + " were taken");
        }
        ImageBatch batch = await(loading);
        Prepared prepared = new Prepared(batch, scope);
        scope = null;
        loadNext();
        return prepared;
    }

    private void loadNext() {
        if (ahead == end) {
            return;
        }
        int number = ahead++;
        NDManager fresh = manager.newSubManager();
        scope = fresh;
        loading = loads.submit(() -> loader.apply(number, fresh));
    }

    private static ImageBatch await(Future<ImageBatch> loading) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return loading.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException failure(Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a batch could not be made ready", cause);
    }

    /** Waits until the thread has ended, whatever happens meanwhile: it may be writing into memory that is about to be freed. */
    @Override
    public void close() {
        loads.shutdown();
        threads.forEach(BatchPrefetch::join);
        if (scope != null) {
            scope.close();
            scope = null;
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
