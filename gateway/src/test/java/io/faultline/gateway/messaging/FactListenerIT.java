package io.faultline.gateway.messaging;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.gateway.Broker;
import io.faultline.gateway.Facts;
import io.faultline.gateway.WholeGateway;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.restassured.http.ContentType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WholeGateway
class FactListenerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Recipe ROAD = Facts.recipe(Facts.WHOLE_ROAD);

    private Broker broker;
    private JobId job;

    @BeforeEach
    void submitAJob() {
        broker = new Broker();
        job = JobId.parse(given().contentType(ContentType.JSON)
                .body(Facts.WHOLE_ROAD)
                .post("/api/v1/jobs")
                .path("id"));
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void aJobGoesItsWholeRoad() {
        JobProgressed progress = Facts.progress(job, StageName.POISON, Facts.NOON, 40);

        broker.tell(progress);
        assertThat(awaitJob(now -> now.state() == JobState.RUNNING).progress()).isEqualTo(progress);

        broker.tell(Facts.datasetReady(job, ROAD));
        JobSnapshot queued = awaitJob(now -> now.stage() == StageName.TRAINING);
        assertThat(queued.state()).isEqualTo(JobState.WAITING);
        assertThat(queued.progress()).isNull();

        broker.tell(Facts.modelReady(job, ROAD));
        awaitJob(now -> now.stage() == StageName.RIFT);

        broker.tell(Facts.completed(job, ROAD, "robust accuracy is above clean accuracy"));
        JobSnapshot completed = awaitJob(now -> now.state() == JobState.COMPLETED);
        assertThat(completed.result()).isEqualTo(Facts.completed(job, ROAD, "robust accuracy is above clean accuracy"));
        assertThat(completed.suspect()).isTrue();
        assertThat(completed.stage()).isNull();
    }

    @Test
    void aFailureEndsTheJobWithItsCause() {
        broker.tell(Facts.failed(job, StageName.POISON));

        assertThat(awaitJob(now -> now.state() == JobState.FAILED).failure())
                .isEqualTo(Facts.failed(job, StageName.POISON));
    }

    @Test
    void aResultAfterACancelChangesNothing() {
        // Given
        given().delete("/api/v1/jobs/" + job).then().statusCode(202);

        double duplicates = metric("faultline_events_duplicate_total", Topics.JOB_RESULTS);

        // When
        broker.tell(Facts.completed(job, ROAD));

        // Then
        broker.tell(Facts.completed(job, ROAD));
        await().atMost(PATIENCE)
                .until(() -> metric("faultline_events_duplicate_total", Topics.JOB_RESULTS) == duplicates + 1);
        assertThat(job().state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void anEventThatComesTwiceHasItsEffectOnce() {
        // Given
        double duplicates = metric("faultline_events_duplicate_total", Topics.DATASET_READY);
        broker.tell(Facts.datasetReady(job, ROAD));

        // When
        broker.tell(Facts.datasetReady(job, ROAD));

        // Then
        await().atMost(PATIENCE)
                .until(() -> metric("faultline_events_duplicate_total", Topics.DATASET_READY) == duplicates + 1);
        assertThat(job().stage()).isEqualTo(StageName.TRAINING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not JSON", "{}", "{\"jobId\": 7}", "null"})
    void aRecordThatCannotBeReadGoesToTheDeadLetters(String value) {
        // Given
        String key = UUID.randomUUID().toString();

        // When
        broker.send(new ProducerRecord<>(Topics.JOB_FAILED, key, value.getBytes(StandardCharsets.UTF_8)));

        // Then
        ConsumerRecord<String, byte[]> dead = broker.awaitRecords(Topics.deadLetter(Topics.JOB_FAILED), key, 1)
                .get(0);
        assertThat(new String(dead.value(), StandardCharsets.UTF_8)).isEqualTo(value);
        assertThat(Broker.headerOf(dead, "dead-letter-topic")).isEqualTo(Topics.JOB_FAILED);
        assertThat(Broker.headerOf(dead, "dead-letter-reason")).contains("cannot be read");
        broker.tell(Facts.failed(job, StageName.POISON));
        awaitJob(now -> now.state() == JobState.FAILED);
    }

    @Test
    void anEventWithoutItsHeadersIsADeadLetter() {
        // When
        broker.send(new ProducerRecord<>(
                Topics.JOB_RESULTS, job.toString(), FaultlineJson.canonicalBytes(Facts.completed(job, ROAD))));

        // Then
        ConsumerRecord<String, byte[]> dead = broker.awaitRecords(Topics.deadLetter(Topics.JOB_RESULTS), job, 1)
                .get(0);
        assertThat(Broker.headerOf(dead, "dead-letter-reason")).contains("ce_type");
        assertThat(job().state()).isEqualTo(JobState.WAITING);
    }

    @Test
    void aFactOfAnUnknownJobIsPassedOver() {
        broker.tell(Facts.failed(new JobId(UUID.randomUUID()), StageName.POISON));

        broker.tell(Facts.failed(job, StageName.POISON));
        awaitJob(now -> now.state() == JobState.FAILED);
    }

    private JobSnapshot awaitJob(Predicate<JobSnapshot> condition) {
        return await().atMost(PATIENCE).until(this::job, condition);
    }

    private JobSnapshot job() {
        return FaultlineJson.read(
                given().get("/api/v1/jobs/" + job)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray(),
                JobSnapshot.class);
    }

    private static double metric(String name, String topic) {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name + "{topic=\"" + topic + "\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(0);
    }
}
