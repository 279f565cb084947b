package io.faultline.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.faultline.artifact.ArtifactId;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.job.UploadedCorruptionSet;
import io.faultline.job.UploadedDataset;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayClientTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private HttpServer server;
    private GatewayClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        client = new GatewayClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aJobIsPostedWithItsKey() {
        // Given
        List<String> asked = new ArrayList<>();
        server.createContext("/api/v1/jobs", exchange -> {
            asked.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Idempotency-Key") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            answer(exchange, 202, FaultlineJson.canonicalBytes(snapshot(JobState.WAITING)));
        });

        // When
        JobSnapshot job = client.submit("{}".getBytes(StandardCharsets.UTF_8), "key-1");

        // Then
        assertThat(job).isEqualTo(snapshot(JobState.WAITING));
        assertThat(asked).containsExactly("POST key-1 {}");
    }

    @Test
    void aRefusalSaysWhatTheProblemDocumentSays() {
        server.createContext(
                "/api/v1/jobs",
                exchange -> answer(
                        exchange,
                        400,
                        "{\"title\":\"Invalid recipe\",\"status\":400,\"detail\":\"training.width is 0; allowed: 1 to 1024\"}"
                                .getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> client.submit(new byte[0], "key"))
                .isInstanceOf(GatewayException.class)
                .hasMessage("training.width is 0; allowed: 1 to 1024 (status 400)");
    }

    @Test
    void aFailureWithoutAProblemDocumentSaysItsOwnText() {
        server.createContext(
                "/api/v1/jobs", exchange -> answer(exchange, 502, "<html>bad".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> client.jobs(3))
                .isInstanceOf(GatewayException.class)
                .hasMessage("the gateway answered 502: <html>bad");
    }

    @Test
    void nobodyListeningIsSaidWithTheRemedy() {
        server.stop(0);

        assertThatThrownBy(() -> client.job(JOB))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("no gateway answers at http://127.0.0.1:")
                .hasMessageContaining("./faultline up");
    }

    @Test
    void anUploadArrivesByteForByte() {
        // Given
        byte[] archive = new byte[300_000];
        archive[299_999] = 7;
        List<byte[]> received = new ArrayList<>();
        UploadedDataset uploaded = new UploadedDataset(
                new io.faultline.artifact.ArtifactRef(
                        io.faultline.artifact.ArtifactKind.DATASET_SOURCE, new ArtifactId("0".repeat(64)), 300_000),
                "IMAGE_FOLDER",
                List.of(new UploadedDataset.ClassCount("cat", 3, 1)),
                32,
                32);
        server.createContext("/api/v1/datasets", exchange -> {
            received.add(exchange.getRequestBody().readAllBytes());
            answer(exchange, 201, FaultlineJson.canonicalBytes(uploaded));
        });

        // When
        UploadedDataset answer = client.upload(() -> new ByteArrayInputStream(archive));

        // Then
        assertThat(answer).isEqualTo(uploaded);
        assertThat(received).containsExactly(archive);
    }

    @Test
    void aCorruptionSetArrivesByteForByte() {
        // Given
        byte[] archive = {1, 2, 3};
        List<byte[]> received = new ArrayList<>();
        UploadedCorruptionSet uploaded = new UploadedCorruptionSet(
                new io.faultline.artifact.ArtifactRef(
                        io.faultline.artifact.ArtifactKind.CORRUPTIONS_SOURCE, new ArtifactId("0".repeat(64)), 3),
                "ARRAYS",
                List.of(new UploadedCorruptionSet.Corruption(
                        "fog", List.of(new UploadedCorruptionSet.Severity(1, 10)))),
                10,
                List.of(),
                32,
                32);
        server.createContext("/api/v1/corruption-sets", exchange -> {
            received.add(exchange.getRequestBody().readAllBytes());
            answer(exchange, 201, FaultlineJson.canonicalBytes(uploaded));
        });

        // When
        UploadedCorruptionSet answer = client.uploadCorruptions(() -> new ByteArrayInputStream(archive));

        // Then
        assertThat(answer).isEqualTo(uploaded);
        assertThat(received).containsExactly(archive);
    }

    @Test
    void aJobIsFollowedToItsEndThroughABrokenConnection() {
        // Given
        Deque<String> connections = new ArrayDeque<>(List.of(
                event("snapshot", snapshot(JobState.RUNNING)) + event("progress", progress(1))
                        + "event: progress\ndata: {",
                event("snapshot", snapshot(JobState.RUNNING))
                        + event("progress", progress(2))
                        + event("snapshot", snapshot(JobState.COMPLETED))));
        HttpHandler handler = exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            answer(exchange, 200, connections.remove().getBytes(StandardCharsets.UTF_8));
        };
        server.createContext("/api/v1/jobs/" + JOB + "/events", handler);
        List<String> heard = new ArrayList<>();

        // When
        JobSnapshot ended = client.follow(JOB, new JobListener() {
            @Override
            public void snapshot(JobSnapshot snapshot) {
                heard.add(snapshot.state().name());
            }

            @Override
            public void progressed(JobProgressed progress) {
                heard.add("progress " + progress.done());
            }

            @Override
            public void interrupted(String reason) {
                heard.add("interrupted");
            }
        });

        // Then
        assertThat(ended.state()).isEqualTo(JobState.COMPLETED);
        assertThat(heard).containsExactly("RUNNING", "progress 1", "interrupted", "RUNNING", "progress 2", "COMPLETED");
    }

    @Test
    void aJobThatDoesNotExistCannotBeFollowed() {
        server.createContext(
                "/api/v1/jobs/" + JOB + "/events",
                exchange -> answer(
                        exchange,
                        404,
                        "{\"detail\":\"there is no job ".concat(JOB + "\"}").getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> client.follow(JOB, null))
                .isInstanceOf(GatewayException.class)
                .hasMessage("there is no job " + JOB + " (status 404)");
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String event(String name, Object data) {
        return "event: " + name + "\ndata: " + new String(FaultlineJson.canonicalBytes(data), StandardCharsets.UTF_8)
                + "\n\n";
    }

    private static JobProgressed progress(long done) {
        return new JobProgressed(JOB, StageName.TRAINING, NOW, "epoch 1 of 2", done, 10, "images", 2.5, 3.2, Map.of());
    }

    private static JobSnapshot snapshot(JobState state) {
        Recipe recipe = new Recipe("test", new SyntheticDatasetRecipe(null, null, null), null, null, null, null);
        return new JobSnapshot(
                JOB,
                "test",
                state,
                false,
                List.of(StageName.POISON),
                state.ended() ? null : StageName.POISON,
                NOW,
                NOW,
                recipe,
                null,
                null,
                null);
    }
}
