package io.faultline.local.cluster;

import java.util.concurrent.CompletableFuture;

/** One process of the cluster, as its supervisor sees it. Used by one thread at a time. */
interface Supervised {
    Member member();

    /** Starts it, and returns once it serves; to be called again after it ended. */
    void start();

    /** Completes when the process that runs now ends, whatever the reason. */
    CompletableFuture<?> ended();

    long pid();

    /** Stops it in order, or by force if it takes too long; does nothing if it does not run. */
    void stop();
}
