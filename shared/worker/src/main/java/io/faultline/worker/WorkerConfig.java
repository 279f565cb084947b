package io.faultline.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a worker takes and gives back its work. */
@ConfigMapping(prefix = "faultline.worker")
public interface WorkerConfig {
    /** Whether this process takes work; {@code false} leaves the loop out, for tests without a broker. */
    @WithDefault("true")
    boolean enabled();

    /**
     * How often a failing record is handed out before it goes to the dead-letter topic. At most the broker's
     * {@code group.share.delivery.count.limit}: after that the broker drops the record silently.
     */
    @WithDefault("10")
    int deliveryLimit();

    /** Pause before a record whose work failed is given back the first time; it doubles with each delivery. */
    @WithDefault("1S")
    Duration retryPause();

    /** Longest pause before a record whose work failed is given back. */
    @WithDefault("30S")
    Duration longestRetryPause();

    /** Pause before a new connection to a broker that went away. */
    @WithDefault("1S")
    Duration reconnectPause();

    /** Longest wait for the broker to confirm a fact; a little longer than the producer itself tries. */
    @WithDefault("190S")
    Duration factTimeout();

    /** Shortest time between two progress events of a stage. */
    @WithDefault("0.5S")
    Duration progressInterval();

    /** Longest time between two progress events of a stage: a stage that is silent for several of them is dead. */
    @WithDefault("15S")
    Duration progressHeartbeat();

    /** How many cancelled and failed jobs are remembered, the newest. */
    @WithDefault("10000")
    int cancelledJobsRemembered();

    /** Longest time that the end of the process waits for its record to be given back. */
    @WithDefault("5S")
    Duration shutdownGrace();
}
