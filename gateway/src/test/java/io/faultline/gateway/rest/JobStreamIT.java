package io.faultline.gateway.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import io.faultline.gateway.Broker;
import io.faultline.gateway.Facts;
import io.faultline.gateway.WholeGateway;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.quarkus.test.common.http.TestHTTPResource;
import io.restassured.http.ContentType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@WholeGateway
class JobStreamIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Recipe ROAD = Facts.recipe(Facts.WHOLE_ROAD);

    @TestHTTPResource("/api/v1/jobs/")
    URI jobs;

    @Test
    void aFollowerSeesTheJobAsItIsThenEachChangeThenTheEnd() throws Exception {
        try (Broker broker = new Broker()) {
            // Given
            JobId job = submit();
            Follower first = follow(job);
            Follower second = follow(job);
            first.awaitEvents(1);
            second.awaitEvents(1);

            // When
            broker.tell(Facts.progress(job, StageName.POISON, Facts.NOON, 1));
            first.awaitEvents(2);
            broker.tell(Facts.progress(job, StageName.POISON, Facts.NOON.plusSeconds(1), 2));
            first.awaitEvents(3);
            broker.tell(Facts.datasetReady(job, ROAD));
            first.awaitEvents(4);
            broker.tell(Facts.completed(job, ROAD));

            // Then
            first.awaitEnd();
            second.awaitEnd();
            assertThat(first.names()).containsExactly("snapshot", "snapshot", "progress", "snapshot", "snapshot");
            assertThat(second.names()).isEqualTo(first.names());
            assertThat(first.snapshot(0).state()).isEqualTo(JobState.WAITING);
            assertThat(first.snapshot(1).state()).isEqualTo(JobState.RUNNING);
            assertThat(FaultlineJson.read(first.data(2), JobProgressed.class).done())
                    .isEqualTo(2);
            assertThat(first.snapshot(3).stage()).isEqualTo(StageName.TRAINING);
            assertThat(first.snapshot(4).state()).isEqualTo(JobState.COMPLETED);
            assertThat(first.snapshot(4).result()).isEqualTo(Facts.completed(job, ROAD));
        }
    }

    @Test
    void ofAnEndedJobThereIsOneSnapshotAndTheEnd() throws Exception {
        // Given
        JobId job = submit();
        given().delete("/api/v1/jobs/" + job).then().statusCode(202);

        // When
        Follower late = follow(job);

        // Then
        late.awaitEnd();
        assertThat(late.names()).containsExactly("snapshot");
        assertThat(late.snapshot(0).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void anIdleStreamIsKeptOpenByComments() throws Exception {
        // Given
        Follower follower = follow(submit());

        // Then
        await().atMost(PATIENCE).until(() -> follower.lines.stream().anyMatch(line -> line.startsWith(":")));
        assertThat(follower.names()).containsExactly("snapshot");
    }

    @Test
    void ofAnUnknownJobThereIsNone() {
        given().accept("text/event-stream")
                .get("/api/v1/jobs/" + UUID.randomUUID() + "/events")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("/problems.html#job-not-found"));
    }

    private JobId submit() {
        return JobId.parse(given().contentType(ContentType.JSON)
                .body(Facts.WHOLE_ROAD)
                .post("/api/v1/jobs")
                .path("id"));
    }

    private Follower follow(JobId job) {
        return new Follower(jobs.resolve(job + "/events"));
    }

    /** One caller with a stream of its own. */
    private static final class Follower {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final CompletableFuture<HttpResponse<Void>> end;

        Follower(URI stream) {
            end = HttpClient.newHttpClient()
                    .sendAsync(
                            HttpRequest.newBuilder(stream)
                                    .header("Accept", "text/event-stream")
                                    .build(),
                            HttpResponse.BodyHandlers.fromLineSubscriber(new Flow.Subscriber<>() {
                                @Override
                                public void onSubscribe(Flow.Subscription subscription) {
                                    subscription.request(Long.MAX_VALUE);
                                }

                                @Override
                                public void onNext(String line) {
                                    lines.add(line);
                                }

                                @Override
                                public void onError(Throwable failure) {
                                    lines.add("failed: " + failure);
                                }

                                @Override
                                public void onComplete() {
                                    // the future tells
                                }
                            }));
        }

        void awaitEvents(int count) {
            await().atMost(PATIENCE).until(() -> names().size() >= count);
        }

        void awaitEnd() throws Exception {
            assertThat(end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }

        List<String> names() {
            return ofField("event:");
        }

        byte[] data(int event) {
            return ofField("data:").get(event).getBytes(StandardCharsets.UTF_8);
        }

        JobSnapshot snapshot(int event) {
            return FaultlineJson.read(data(event), JobSnapshot.class);
        }

        private List<String> ofField(String field) {
            List<String> values = new ArrayList<>();
            lines.stream()
                    .filter(line -> line.startsWith(field))
                    .forEach(line -> values.add(line.substring(field.length()).trim()));
            return values;
        }
    }
}
