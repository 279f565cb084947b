package io.faultline.gateway.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.faultline.event.JobId;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.gateway.Broker;
import io.faultline.gateway.Facts;
import io.faultline.gateway.WholeGateway;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@WholeGateway
@TestProfile(JobWatchIT.Impatient.class)
class JobWatchIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Waits of seconds instead of minutes. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "faultline.gateway.heartbeat-timeout", "4S",
                    "faultline.gateway.queue-timeout", "5S",
                    "faultline.gateway.watch-interval", "1S",
                    "faultline.gateway.reemission-limit", "2");
        }
    }

    @Test
    void aSilentWorkersWorkIsToldAgainByteForByteAndTheJobWaits() {
        try (Broker broker = new Broker()) {
            // Given
            JobId job = submit();
            broker.tell(Facts.progress(job, StageName.POISON, Instant.now(), 1));
            awaitState(job, "RUNNING");

            // When
            awaitState(job, "WAITING");

            // Then
            List<ConsumerRecord<String, byte[]>> told = broker.awaitRecords(Topics.JOB_SUBMITTED, job, 2);
            assertThat(told.get(1).value()).isEqualTo(told.get(0).value());
            assertThat(Broker.headerOf(told.get(1), "ce_id")).isEqualTo(Broker.headerOf(told.get(0), "ce_id"));
            given().get("/q/metrics").then().body(containsString("faultline_work_reemitted_total"));
        }
    }

    @Test
    void theWorkOfALaterStageIsToldAgainInItsOwnWords() {
        try (Broker broker = new Broker()) {
            // Given
            JobId job = submit();
            broker.tell(Facts.datasetReady(job, Facts.recipe(Facts.WHOLE_ROAD)));

            // When
            List<ConsumerRecord<String, byte[]>> told = broker.awaitRecords(Topics.DATASET_READY, job, 2);

            // Then
            assertThat(told.get(1).value()).isEqualTo(told.get(0).value());
            assertThat(Broker.headerOf(told.get(1), "ce_id")).isEqualTo(Broker.headerOf(told.get(0), "ce_id"));
        }
    }

    @Test
    void anEndedJobIsLeftAlone() {
        try (Broker broker = new Broker()) {
            // Given
            JobId ended = submit();
            given().delete("/api/v1/jobs/" + ended).then().statusCode(202);
            broker.awaitRecords(Topics.JOB_CANCELLED, ended, 1);
            int toldBefore = broker.records(Topics.JOB_SUBMITTED, ended).size();

            // When
            broker.awaitRecords(Topics.JOB_SUBMITTED, submit(), 2);

            // Then
            assertThat(broker.records(Topics.JOB_SUBMITTED, ended)).hasSize(toldBefore);
        }
    }

    @Test
    void aQueueThatMovesIsLeftAlone() {
        try (Broker broker = new Broker()) {
            // Given
            JobId running = submit();
            AtomicLong done = new AtomicLong();
            broker.tell(Facts.progress(running, StageName.POISON, Instant.now(), done.incrementAndGet()));
            awaitState(running, "RUNNING");
            int toldBefore = broker.records(Topics.JOB_SUBMITTED, running).size();
            JobId queued = submit();

            // When
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> {
                broker.tell(Facts.progress(running, StageName.POISON, Instant.now(), done.incrementAndGet()));
                return done.get() > 30;
            });

            // Then
            assertThat(broker.records(Topics.JOB_SUBMITTED, running)).hasSize(toldBefore);
            assertThat(broker.records(Topics.JOB_SUBMITTED, queued)).hasSize(1);
        }
    }

    private static JobId submit() {
        return JobId.parse(given().contentType(ContentType.JSON)
                .body(Facts.WHOLE_ROAD)
                .post("/api/v1/jobs")
                .path("id"));
    }

    private static void awaitState(JobId job, String state) {
        await().atMost(PATIENCE)
                .until(() -> given().get("/api/v1/jobs/" + job).path("state").equals(state));
    }
}
