package io.faultline.dataset.download;

import java.time.Duration;

/**
 * How often a failed attempt is made again, and after which pause.
 *
 * @param attempts in a row that bring no new byte, at least one
 * @param first pause; each later one is twice as long
 */
record Backoff(int attempts, Duration first) {
    static final Backoff DEFAULT = new Backoff(4, Duration.ofSeconds(1));

    /** @throws InterruptedException as a sleeping thread is interrupted */
    void pauseAfter(int failures) throws InterruptedException {
        Thread.sleep(first.toMillis() << (failures - 1));
    }
}
