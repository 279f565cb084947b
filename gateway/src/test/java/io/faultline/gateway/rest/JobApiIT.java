package io.faultline.gateway.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.faultline.event.JobId;
import io.faultline.event.Topics;
import io.faultline.gateway.Broker;
import io.faultline.gateway.Facts;
import io.faultline.gateway.WholeGateway;
import io.faultline.json.FaultlineJson;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WholeGateway
class JobApiIT {
    private static final String JOBS = "/api/v1/jobs";
    private static final String PROBLEM = "application/problem+json";

    @Test
    void anAcceptedJobIsAnsweredWithItsPlaceAndToldToTheWorkers() {
        // When
        ValidatableResponse answer = submit(Facts.WHOLE_ROAD, null)
                .then()
                .statusCode(202)
                .contentType(ContentType.JSON)
                .body("name", equalTo("whole road"))
                .body("state", equalTo("WAITING"))
                .body("stage", equalTo("poison"))
                .body("stages", equalTo(List.of("poison", "training", "rift")))
                .body("suspect", equalTo(false))
                .body("recipe.training.evaluationAttack.epsilon", equalTo("8/255"))
                .body("progress", nullValue());

        // Then
        String id = answer.extract().path("id");
        answer.header("Location", endsWith(JOBS + "/" + id));
        try (Broker broker = new Broker()) {
            ConsumerRecord<String, byte[]> record = broker.awaitRecords(Topics.JOB_SUBMITTED, JobId.parse(id), 1)
                    .get(0);
            assertThat(Broker.headerOf(record, "ce_specversion")).isEqualTo("1.0");
            assertThat(Broker.headerOf(record, "ce_id")).isEqualTo(id + "/submitted");
            assertThat(Broker.headerOf(record, "ce_type")).isEqualTo("io.faultline.job-submitted.v1");
            assertThat(Broker.headerOf(record, "ce_source")).isEqualTo("/faultline/gateway");
            assertThat(Broker.headerOf(record, "ce_subject")).isEqualTo(id);
            assertThat(Broker.headerOf(record, "content-type")).isEqualTo("application/json");
            assertThat(FaultlineJson.read(record.value(), io.faultline.event.JobSubmitted.class)
                            .recipe())
                    .isEqualTo(Facts.recipe(Facts.WHOLE_ROAD));
        }
    }

    @Test
    void aTraceGoesOnWithTheJob() {
        // Given
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        // When
        String id = given().contentType(ContentType.JSON)
                .header("traceparent", trace)
                .body(Facts.DATASET_ONLY)
                .post(JOBS)
                .path("id");

        // Then
        try (Broker broker = new Broker()) {
            assertThat(Broker.headerOf(
                            broker.awaitRecords(Topics.JOB_SUBMITTED, JobId.parse(id), 1)
                                    .get(0),
                            "ce_traceparent"))
                    .isEqualTo(trace);
        }
    }

    @Nested
    class IdempotencyKeys {
        private final String key = UUID.randomUUID().toString();

        @Test
        void leadTwoEqualRecipesToOneJob() {
            // Given
            Response first = submit(Facts.DATASET_ONLY, key);

            // When
            Response second = submit("{\"dataset\":{\"source\":\"synthetic\"},\"name\":\"data set only\"}", key);

            // Then
            assertThat(second.statusCode()).isEqualTo(202);
            assertThat(second.body().asString()).isEqualTo(first.body().asString());
            assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        }

        @Test
        void refuseAnotherRecipe() {
            // Given
            String job = submit(Facts.DATASET_ONLY, key).path("id");

            // Then
            submit(Facts.WHOLE_ROAD, key)
                    .then()
                    .statusCode(422)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#idempotency-key-reused"))
                    .body("detail", containsString(job));
        }

        @Test
        void leadConcurrentEqualRecipesToOneJob() throws Exception {
            // Given
            ExecutorService callers = Executors.newFixedThreadPool(8);
            List<Callable<Response>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> submit(Facts.DATASET_ONLY, key));
            }

            // When
            List<Future<Response>> answers = callers.invokeAll(calls);
            callers.shutdown();

            // Then
            List<String> ids = new ArrayList<>();
            for (Future<Response> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(202);
                ids.add(answer.get().path("id"));
            }
            assertThat(ids).containsOnly(ids.get(0));
            try (Broker broker = new Broker()) {
                assertThat(broker.awaitRecords(Topics.JOB_SUBMITTED, JobId.parse(ids.get(0)), 1))
                        .hasSize(1);
            }
        }

        @ParameterizedTest
        @CsvSource({"'with space'", "'ümlaut'"})
        void areVisibleAscii(String bad) {
            submit(Facts.DATASET_ONLY, bad)
                    .then()
                    .statusCode(400)
                    .contentType(PROBLEM)
                    .body("field", equalTo("Idempotency-Key"))
                    .body("allowed", equalTo("1 to 200 visible ASCII characters"));
        }
    }

    @Nested
    class ARefusedRecipe {
        @ParameterizedTest(name = "{1} = {2}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"training\":{\"architecture\":\"resnet99\"} | training.architecture | '''resnet99''' | resnet18",
                    "\"training\":{\"attack\":{\"epsilon\":300}} | training.attack.epsilon | 300 | from 0 to 1 of the pixel range",
                    "\"training\":{\"attack\":{\"epsilon\":\"eight\"}} | training.attack.epsilon | '''eight''' | 8/255",
                    "\"poison\":{\"kernelSize\":4} | poison.kernelSize | 4 | odd number from 1 to 63",
                    "\"poison\":{\"kernelSize\":33} | poison.kernelSize | 33 | shorter side, 32",
                    "\"poison\":{\"fraction\":1.5} | poison.fraction | 1.5 | from 0.0 to 1.0",
                    "\"training\":{\"epochz\":3} | training.epochz | an unknown field | epochs",
                    "\"rift\":{} | rift | given without training | rift together with training"
                })
        void isAnsweredWithFieldValueAndBound(String member, String field, String value, String allowed) {
            submit("{\"dataset\":{\"source\":\"synthetic\"}, " + member + "}", null)
                    .then()
                    .statusCode(400)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#invalid-recipe"))
                    .body("title", not(emptyOrNullString()))
                    .body("status", equalTo(400))
                    .body("instance", equalTo(JOBS))
                    .body("field", equalTo(field))
                    .body("value", equalTo(value))
                    .body("allowed", containsString(allowed))
                    .body("detail", containsString(allowed));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {"{\"dataset\": | recipe", "[] | recipe", "null | recipe", "{} | dataset", "'' | recipe"})
        void thatIsNoObjectIsRefusedToo(String body, String field) {
            submit(body, null)
                    .then()
                    .statusCode(400)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#invalid-recipe"))
                    .body("field", equalTo(field));
        }

        @Test
        void leavesNoJobBehind() {
            // Given
            String name = "refused " + UUID.randomUUID();

            // When
            submit("{\"name\":\"" + name + "\",\"dataset\":{\"source\":\"synthetic\"},\"poison\":{\"blur\":7}}", null)
                    .then()
                    .statusCode(400);

            // Then
            given().queryParam("limit", 200).get(JOBS).then().statusCode(200).body("jobs.name", not(hasItem(name)));
        }

        @Test
        void thatNamesAnUploadWhichIsNotThereIs422() {
            submit("{\"dataset\":{\"source\":\"uploaded\",\"artifact\":\"sha256:" + "0".repeat(64) + "\"}}", null)
                    .then()
                    .statusCode(422)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#unknown-dataset"))
                    .body("detail", containsString("POST /api/v1/datasets"));
        }

        @Test
        void thatIsTooLongIs413() {
            submit("{\"name\":\"" + "x".repeat(300_000) + "\"}", null)
                    .then()
                    .statusCode(413)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#too-large"));
        }

        @Test
        void ofAnotherMediaTypeIs415() {
            given().contentType("text/plain")
                    .body("dataset: synthetic")
                    .post(JOBS)
                    .then()
                    .statusCode(415)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#unsupported-media-type"));
        }
    }

    @Nested
    class Lists {
        @Test
        void goNewestFirstPageByPage() {
            // Given
            List<String> submitted = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                submitted.add(0, submit(Facts.DATASET_ONLY, null).path("id"));
            }

            // When
            List<String> listed = new ArrayList<>();
            Response page = given().queryParam("limit", 2).get(JOBS);
            listed.addAll(page.path("jobs.id"));
            for (int i = 0; i < 2; i++) {
                page = given().queryParam("limit", 2)
                        .queryParam("after", page.<String>path("next"))
                        .get(JOBS);
                listed.addAll(page.path("jobs.id"));
            }

            // Then
            assertThat(listed.subList(0, 5)).isEqualTo(submitted);
        }

        @Test
        void canBeOfOneState() {
            // Given
            String cancelled = submit(Facts.DATASET_ONLY, null).path("id");
            given().delete(JOBS + "/" + cancelled).then().statusCode(202);
            String waiting = submit(Facts.DATASET_ONLY, null).path("id");

            // Then
            given().queryParam("state", "CANCELLED")
                    .queryParam("limit", 200)
                    .get(JOBS)
                    .then()
                    .statusCode(200)
                    .body("jobs.id", hasItem(cancelled))
                    .body("jobs.id", not(hasItem(waiting)));
        }

        @Test
        void endWithAPageThatNamesNoNext() {
            // Given
            submit(Facts.DATASET_ONLY, null);
            Response page = given().queryParam("limit", 200).get(JOBS);

            // When
            while (page.path("next") != null) {
                page = given().queryParam("limit", 200)
                        .queryParam("after", page.<String>path("next"))
                        .get(JOBS);
            }

            // Then
            page.then().statusCode(200).body("jobs", not(hasSize(0)));
        }

        @ParameterizedTest
        @CsvSource({"state, DONE, WAITING", "limit, 0, from 1 to 200", "limit, x, from 1 to 200", "after, zzz, next"})
        void refuseAnUnknownValue(String parameter, String value, String allowed) {
            given().queryParam(parameter, value)
                    .get(JOBS)
                    .then()
                    .statusCode(400)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#invalid-parameter"))
                    .body("field", equalTo(parameter))
                    .body("value", equalTo(value))
                    .body("allowed", containsString(allowed));
        }
    }

    @Nested
    class OneJob {
        @Test
        void isAnsweredAsItWasAccepted() {
            Response accepted = submit(Facts.WHOLE_ROAD, null);

            given().get(JOBS + "/" + accepted.<String>path("id"))
                    .then()
                    .statusCode(200)
                    .body(equalTo(accepted.body().asString()));
        }

        @Test
        void thatIsNotThereIs404() {
            String id = UUID.randomUUID().toString();

            given().get(JOBS + "/" + id)
                    .then()
                    .statusCode(404)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#job-not-found"))
                    .body("instance", equalTo(JOBS + "/" + id))
                    .body("detail", containsString(id));
        }

        @Test
        void ofAnIdThatIsNoUuidIs400() {
            given().get(JOBS + "/42")
                    .then()
                    .statusCode(400)
                    .contentType(PROBLEM)
                    .body("field", equalTo("id"));
        }
    }

    @Nested
    class ACancelledJob {
        @Test
        void hasEndedAndItsWorkerIsTold() {
            // Given
            String id = submit(Facts.WHOLE_ROAD, null).path("id");

            // When
            given().delete(JOBS + "/" + id)
                    .then()
                    .statusCode(202)
                    .body("id", equalTo(id))
                    .body("state", equalTo("CANCELLED"))
                    .body("stage", nullValue());

            // Then
            try (Broker broker = new Broker()) {
                ConsumerRecord<String, byte[]> record = broker.awaitRecords(Topics.JOB_CANCELLED, JobId.parse(id), 1)
                        .get(0);
                assertThat(Broker.headerOf(record, "ce_id")).isEqualTo(id + "/cancelled");
            }
        }

        @Test
        void cannotBeCancelledAgain() {
            // Given
            String id = submit(Facts.WHOLE_ROAD, null).path("id");
            given().delete(JOBS + "/" + id);

            // Then
            given().delete(JOBS + "/" + id)
                    .then()
                    .statusCode(409)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#job-ended"))
                    .body("detail", containsString("CANCELLED"));
        }

        @Test
        void thatIsNotThereIs404() {
            given().delete(JOBS + "/" + UUID.randomUUID())
                    .then()
                    .statusCode(404)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#job-not-found"));
        }
    }

    @Nested
    class TheRest {
        @Test
        void anUnknownAddressOfTheApiIs404() {
            given().get("/api/v1/nothing")
                    .then()
                    .statusCode(404)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#not-found"))
                    .body("instance", equalTo("/api/v1/nothing"));
        }

        @Test
        void anotherMethodIs405AndNamesThoseAllowed() {
            given().put(JOBS)
                    .then()
                    .statusCode(405)
                    .contentType(PROBLEM)
                    .header("Allow", containsString("POST"))
                    .body("type", equalTo("/problems.html#method-not-allowed"));
        }

        @Test
        void aFormThatTheAnswerDoesNotHaveIs406() {
            given().accept("application/xml")
                    .get(JOBS)
                    .then()
                    .statusCode(406)
                    .contentType(PROBLEM)
                    .body("type", equalTo("/problems.html#not-acceptable"));
        }

        @Test
        void theApiIsDescribed() {
            given().accept(ContentType.JSON)
                    .queryParam("format", "json")
                    .get("/q/openapi")
                    .then()
                    .statusCode(200)
                    .body("paths.'/api/v1/jobs'.post.responses.keySet()", hasItem("422"))
                    .body("components.schemas.Recipe.properties.poison", notNullValue())
                    .body("components.schemas.JobId.format", equalTo("uuid"))
                    .body("components.schemas.DatasetRecipe.oneOf", hasSize(2));
            given().get("/q/swagger-ui/").then().statusCode(200);
        }

        @Test
        void theGatewayIsReadyAndCounted() {
            given().get("/q/health/ready").then().statusCode(200).body("status", is("UP"));
            given().get("/q/metrics")
                    .then()
                    .statusCode(200)
                    .body(containsString("faultline_jobs{state=\"WAITING\""))
                    .body(containsString("faultline_outbox_events"));
        }

        @Test
        void thePageIsThere() {
            given().accept(ContentType.HTML).get("/").then().statusCode(200).body(containsString("Faultline"));
        }
    }

    private static Response submit(String recipe, String key) {
        var request = given().contentType(ContentType.JSON).body(recipe);
        return (key == null ? request : request.header("Idempotency-Key", key)).post(JOBS);
    }
}
