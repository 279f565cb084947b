package io.faultline.gateway.rest;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;

/** The kinds of refusal; each has a paragraph of its name on the page {@code /problems.html}. */
enum ProblemType {
    INVALID_RECIPE(400, "The recipe asks for something that cannot be done"),
    INVALID_PARAMETER(400, "A parameter of the request has a value that is not allowed"),
    BAD_REQUEST(400, "The request cannot be read"),
    NOT_FOUND(404, "There is nothing at this address"),
    JOB_NOT_FOUND(404, "There is no such job"),
    ARTIFACT_NOT_FOUND(404, "There is no such artifact"),
    METHOD_NOT_ALLOWED(405, "This address does not take this method"),
    NOT_ACCEPTABLE(406, "The answer has no form that the caller accepts"),
    JOB_ENDED(409, "The job has ended"),
    TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has a media type that is not taken here"),
    INVALID_DATASET(422, "The upload is not a data set"),
    UNKNOWN_DATASET(422, "The recipe names a data set that is not in the store"),
    INVALID_CHECKPOINT(422, "The upload is not a file of weights"),
    UNKNOWN_CHECKPOINT(422, "The recipe starts from weights that are not in the store"),
    INVALID_CORRUPTION_SET(422, "The upload is not a published corruption set"),
    UNKNOWN_CORRUPTION_SET(422, "The recipe names a corruption set that is not in the store"),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key stands for another recipe"),
    ARTIFACT_DAMAGED(500, "The artifact's bytes are no longer those it is named by"),
    INTERNAL(500, "The gateway failed"),
    UNAVAILABLE(503, "The gateway cannot answer now");

    static final String MEDIA_TYPE = "application/problem+json";

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    URI uri() {
        return URI.create("/problems.html#" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** The general type of a status that the framework chose; INTERNAL where there is none. */
    static ProblemType of(int status) {
        return switch (status) {
            case 400 -> BAD_REQUEST;
            case 404 -> NOT_FOUND;
            case 500 -> INTERNAL;
            default ->
                Arrays.stream(values())
                        .filter(type -> type.status == status)
                        .findFirst()
                        .orElse(status >= 500 ? INTERNAL : BAD_REQUEST);
        };
    }
}
