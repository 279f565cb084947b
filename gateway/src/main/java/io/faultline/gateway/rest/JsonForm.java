package io.faultline.gateway.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.faultline.json.FaultlineJson;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The API speaks the same JSON as the events. */
class JsonForm {
    @Produces
    @Singleton
    ObjectMapper mapper() {
        return FaultlineJson.mapper();
    }
}
