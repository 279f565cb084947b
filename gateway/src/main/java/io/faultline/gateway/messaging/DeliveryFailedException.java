package io.faultline.gateway.messaging;

import io.faultline.gateway.job.OutboxEvent;

/** The broker did not acknowledge an event; it stays in the outbox. */
final class DeliveryFailedException extends RuntimeException {
    DeliveryFailedException(OutboxEvent event, Throwable cause) {
        super("the broker did not acknowledge " + event.eventType() + " on " + event.topic() + ": " + cause, cause);
    }
}
