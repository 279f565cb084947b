package io.faultline.gateway.rest;

import io.faultline.gateway.GatewayException;

/** A recipe is longer than any sensible one. */
final class RecipeTooLargeException extends GatewayException {
    RecipeTooLargeException(int limit) {
        super("the recipe is longer than " + limit + " bytes, the most that is taken; data sets are uploaded by"
                + " POST /api/v1/datasets and named by their id");
    }
}
