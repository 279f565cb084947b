package io.faultline.gateway.messaging;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.faultline.backing.PostgresNode;
import io.faultline.event.JobId;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.gateway.Broker;
import io.faultline.gateway.Facts;
import io.faultline.gateway.WholeGateway;
import io.restassured.http.ContentType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@WholeGateway
class DatabaseOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    PostgresNode postgres;

    @Test
    void aDatabaseThatIsAwayLosesNoFact() {
        try (Broker broker = new Broker()) {
            // Given
            JobId job = JobId.parse(given().contentType(ContentType.JSON)
                    .body(Facts.WHOLE_ROAD)
                    .post("/api/v1/jobs")
                    .path("id"));
            postgres.stop();
            try {
                given().get("/api/v1/jobs/" + job)
                        .then()
                        .statusCode(503)
                        .contentType("application/problem+json")
                        .header("Retry-After", notNullValue())
                        .body("type", equalTo("/problems.html#unavailable"));
                given().get("/q/health/ready").then().statusCode(503);
                broker.tell(Facts.failed(job, StageName.POISON));
            } finally {
                // When
                postgres.restart();
            }

            // Then
            await().atMost(PATIENCE).until(() -> "FAILED"
                    .equals(given().get("/api/v1/jobs/" + job).path("state")));
            assertThat(broker.records(Topics.deadLetter(Topics.JOB_FAILED), job))
                    .isEmpty();
        }
    }
}
