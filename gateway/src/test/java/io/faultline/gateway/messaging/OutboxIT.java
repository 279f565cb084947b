package io.faultline.gateway.messaging;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.faultline.backing.KafkaNode;
import io.faultline.event.JobId;
import io.faultline.event.Topics;
import io.faultline.gateway.Broker;
import io.faultline.gateway.Facts;
import io.faultline.gateway.WholeGateway;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@WholeGateway
class OutboxIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    KafkaNode kafka;

    @Test
    void aBrokerThatIsAwayLosesNoJobAndNoOrder() {
        // Given
        kafka.stop();
        List<JobId> jobs = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                jobs.add(JobId.parse(given().contentType(ContentType.JSON)
                        .body(Facts.WHOLE_ROAD)
                        .post("/api/v1/jobs")
                        .then()
                        .statusCode(202)
                        .extract()
                        .path("id")));
            }
            given().delete("/api/v1/jobs/" + jobs.get(0)).then().statusCode(202);
            await().atMost(PATIENCE).untilAsserted(() -> given().get("/q/health/ready")
                    .then()
                    .statusCode(200)
                    .body("checks.find { it.name == 'Outbox to broker' }.data.delivers", equalTo(false)));
        } finally {
            // When
            kafka.restart();
        }

        // Then
        try (Broker broker = new Broker()) {
            for (JobId job : jobs) {
                List<ConsumerRecord<String, byte[]>> records = broker.awaitRecords(Topics.JOB_SUBMITTED, job, 1);
                assertThat(Broker.headerOf(records.get(0), "ce_id")).isEqualTo(job + "/submitted");
            }
            ConsumerRecord<String, byte[]> submitted =
                    broker.awaitRecords(Topics.JOB_SUBMITTED, jobs.get(0), 1).get(0);
            ConsumerRecord<String, byte[]> cancelled =
                    broker.awaitRecords(Topics.JOB_CANCELLED, jobs.get(0), 1).get(0);
            assertThat(submitted.timestamp()).isLessThanOrEqualTo(cancelled.timestamp());
        }
        await().atMost(PATIENCE).untilAsserted(() -> given().get("/q/health/ready")
                .then()
                .body("checks.find { it.name == 'Outbox to broker' }.data.delivers", equalTo(true)));
    }
}
