package io.faultline.gateway.messaging;

import io.faultline.gateway.job.DatabaseAbsence;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Tries again while the fault is the database's absence. There is no bound: without its database the gateway can do nothing
 * else, Kafka keeps the facts meanwhile, and a bound would turn an outage into lost results.
 */
@ApplicationScoped
class PassingFaults {
    private static final Logger LOG = Logger.getLogger(PassingFaults.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final CountDownLatch stopping = new CountDownLatch(1);

    void stop(@Observes ShutdownEvent shutdown) {
        stopping.countDown();
    }

    /** Runs the task until it ends without a passing fault; any other fault is the caller's. */
    void outwait(Runnable task) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                task.run();
                return;
            } catch (RuntimeException e) {
                if (!DatabaseAbsence.causes(e) || stopping.getCount() == 0) {
                    throw e;
                }
                LOG.warnf("the database does not answer, trying again in %s: %s", pause, e.getMessage());
            }
            await(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private void await(Duration pause) {
        try {
            stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}
