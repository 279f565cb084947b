package io.faultline.gateway.job;

/** A transaction has left something in the outbox. */
public record OutboxAppended() {}
