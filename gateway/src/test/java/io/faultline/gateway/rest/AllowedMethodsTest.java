package io.faultline.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedMethodsTest {
    @ParameterizedTest
    @CsvSource({
        "/api/v1/jobs, 'GET, POST'",
        "/api/v1/jobs/, 'GET, POST'",
        "/api/v1/jobs/42, 'DELETE, GET'",
        "/api/v1/jobs/42/events, GET",
        "/api/v1/datasets, POST",
        "/api/v1/checkpoints, POST",
        "/api/v1/corruption-sets, POST",
        "/api/v1/artifacts/sha256:00, GET",
        "/api/v1/nothing, ''"
    })
    void areThoseOfTheResources(String path, String allowed) {
        assertThat(AllowedMethods.of(path)).isEqualTo(allowed);
    }
}
