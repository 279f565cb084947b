package io.faultline.gateway;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What an operator may set of the gateway, under {@code faultline.gateway}. */
@ConfigMapping(prefix = "faultline.gateway")
public interface GatewayConfig {
    /** A running job that says nothing for this long has lost its worker: it shows as waiting, its work is told again. */
    @WithDefault("60S")
    Duration heartbeatTimeout();

    /** A job that never ran in its stage may queue for this long, if no other job moves there, before its work is told again. */
    @WithDefault("10M")
    Duration queueTimeout();

    /** How often the same work is told again, each time after twice the wait, before the watch gives a silent job up. */
    @WithDefault("8")
    int reemissionLimit();

    /** How often the watch looks for silent jobs. */
    @WithDefault("5S")
    Duration watchInterval();

    /** Longest pause of the outbox relay between two looks when nobody woke it. */
    @WithDefault("1S")
    Duration outboxInterval();

    /** How long the relay waits for the broker to acknowledge an event before it tries again. */
    @WithDefault("10S")
    Duration deliveryTimeout();

    /** Age at which the id of a processed event is forgotten; longer than the topics keep their records. */
    @WithDefault("30D")
    Duration processedEventRetention();

    /** Largest upload of a data set. */
    @WithDefault("16G")
    MemorySize uploadLimit();

    /** Pause between two comments that keep an idle stream of events open. */
    @WithDefault("15S")
    Duration streamHeartbeat();
}
