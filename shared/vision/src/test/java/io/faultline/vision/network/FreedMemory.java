package io.faultline.vision.network;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;

/** What Java's garbage collection has left of buffers that the engine borrowed. */
public final class FreedMemory {
    private static final int ROUNDS = 3;
    private static final int BUFFERS = 20_000;
    private static final int MILLISECONDS = 100;

    private FreedMemory() {}

    /**
     * Collects, and overwrites what is free now: a backward pass that reads a number of a buffer that is no more finds another one.
     *
     * @return what it is given
     */
    public static <T> T overwritten(T value) {
        for (int round = 0; round < ROUNDS; round++) {
            collect();
            for (int i = 0; i < BUFFERS; i++) {
                ByteBuffer.allocateDirect(Double.BYTES).putDouble(1e30);
            }
        }
        return value;
    }

    /** Returns once something that died now was collected, and so what died before it. */
    private static void collect() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        PhantomReference<Object> dead = new PhantomReference<>(new Object(), collected);
        try {
            do {
                System.gc();
            } while (collected.remove(MILLISECONDS) == null);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Reference.reachabilityFence(dead);
    }
}
