package io.faultline.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Tells the thread that works on a record to stop: by a flag that the stage asks for, and by an interrupt. */
final class StopSignal {
    enum Reason {
        /** Or another part of it failed. */
        CANCELLED("the job was cancelled or has failed"),
        LOCK_LOST("the lock of the work record was lost"),
        SHUTTING_DOWN("the process is shutting down");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    private final CountDownLatch stopped = new CountDownLatch(1);
    private Reason reason;
    private Thread worker;

    /** The first reason stays. */
    synchronized void stop(Reason why) {
        if (reason == null) {
            reason = why;
            stopped.countDown();
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    synchronized Optional<Reason> reason() {
        return Optional.ofNullable(reason);
    }

    /** @throws StageStoppedException if the signal was given */
    void throwIfStopped() {
        reason().ifPresent(why -> {
            throw new StageStoppedException(why.words);
        });
    }

    /** Waits until the signal is given, at most so long. */
    void await(Duration atMost) {
        try {
            boolean given = stopped.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            if (given) {
                throwIfStopped();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throwIfStopped();
        }
    }

    /** Does work on the calling thread, which the signal interrupts meanwhile; afterwards it is not interrupted. */
    <T> T interrupting(Supplier<T> work) {
        attach(Thread.currentThread());
        try {
            return work.get();
        } finally {
            detach();
        }
    }

    private synchronized void attach(Thread thread) {
        worker = thread;
        if (reason != null) {
            thread.interrupt();
        }
    }

    private synchronized void detach() {
        worker = null;
        if (reason != null) {
            // it was meant for this work, which has ended
            Thread.interrupted();
        }
    }
}
