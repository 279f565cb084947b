package io.faultline.gateway.job;

import java.time.Instant;
import java.util.UUID;

/**
 * An event on its way to the broker.
 *
 * @param id its place in the outbox
 * @param payload JSON
 * @param traceparent W3C trace context; null without one
 */
public record OutboxEvent(
        long id,
        UUID jobId,
        String topic,
        String eventId,
        String eventType,
        String payload,
        String traceparent,
        Instant createdAt) {}
