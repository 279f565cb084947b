package io.faultline.gateway.rest;

import io.faultline.gateway.GatewayException;

/** A parameter or header of a request has a value that is not allowed. */
final class InvalidParameterException extends GatewayException {
    private final String field;
    private final String value;
    private final String allowed;

    InvalidParameterException(String field, String value, String allowed) {
        super(field + " is '" + value + "'; allowed: " + allowed);
        this.field = field;
        this.value = value;
        this.allowed = allowed;
    }

    String field() {
        return field;
    }

    String value() {
        return value;
    }

    String allowed() {
        return allowed;
    }
}
