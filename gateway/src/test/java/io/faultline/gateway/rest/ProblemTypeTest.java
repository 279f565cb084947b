package io.faultline.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTypeTest {
    @ParameterizedTest
    @EnumSource
    void eachTypeLeadsToItsParagraph(ProblemType type) throws IOException {
        // Given
        String page;
        try (InputStream in = ProblemTypeTest.class.getResourceAsStream(
                "/META-INF/resources" + type.uri().getPath())) {
            page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }

        // Then
        assertThat(page).contains("id=\"" + type.uri().getFragment() + "\"").contains(">" + type.status() + "<");
    }

    @ParameterizedTest
    @CsvSource({
        "400, BAD_REQUEST",
        "404, NOT_FOUND",
        "405, METHOD_NOT_ALLOWED",
        "406, NOT_ACCEPTABLE",
        "413, TOO_LARGE",
        "415, UNSUPPORTED_MEDIA_TYPE",
        "418, BAD_REQUEST",
        "500, INTERNAL",
        "502, INTERNAL",
        "503, UNAVAILABLE"
    })
    void aStatusOfTheFrameworkHasAGeneralType(int status, ProblemType type) {
        assertThat(ProblemType.of(status)).isEqualTo(type);
    }
}
