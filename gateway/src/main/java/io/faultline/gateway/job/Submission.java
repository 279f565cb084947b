package io.faultline.gateway.job;

import io.faultline.recipe.Recipe;

/**
 * What a caller wants done.
 *
 * @param key null if the caller gave none
 * @param traceparent the caller's W3C trace context; null without one
 */
public record Submission(Recipe recipe, IdempotencyKey key, String traceparent) {}
