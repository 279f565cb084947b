package io.faultline.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.job.JobPage;
import io.faultline.job.JobSnapshot;
import io.faultline.job.UploadedCorruptionSet;
import io.faultline.job.UploadedDataset;
import io.faultline.json.FaultlineJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A gateway's API. Safe for use by several threads. */
public final class GatewayClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration UPLOAD_PATIENCE = Duration.ofHours(6);
    private static final Duration RECONNECT_DELAY = Duration.ofSeconds(1);
    private static final int RECONNECTS = 120;

    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param base such as {@code http://127.0.0.1:8080} */
    public GatewayClient(URI base) {
        this.base = base;
    }

    /**
     * Sends a data set's archive.
     *
     * @param archive opened when the bytes are asked for, and closed afterwards
     * @throws GatewayException with the gateway's reason if it is no data set
     */
    public UploadedDataset upload(Supplier<InputStream> archive) {
        return FaultlineJson.read(post("/api/v1/datasets", archive), UploadedDataset.class);
    }

    /**
     * Sends a published corruption set's archive.
     *
     * @param archive opened when the bytes are asked for, and closed afterwards
     * @throws GatewayException with the gateway's reason if it is none
     */
    public UploadedCorruptionSet uploadCorruptions(Supplier<InputStream> archive) {
        return FaultlineJson.read(post("/api/v1/corruption-sets", archive), UploadedCorruptionSet.class);
    }

    private byte[] post(String path, Supplier<InputStream> archive) {
        HttpRequest request = request(path)
                .timeout(UPLOAD_PATIENCE)
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofInputStream(archive))
                .build();
        return send(request).body();
    }

    /**
     * Posts a job.
     *
     * @param recipe as JSON
     * @param idempotencyKey the same key gives the same job, however often it is posted
     * @throws GatewayException naming field, value and bound if the recipe is refused
     */
    public JobSnapshot submit(byte[] recipe, String idempotencyKey) {
        HttpRequest request = request("/api/v1/jobs")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(HttpRequest.BodyPublishers.ofByteArray(recipe))
                .build();
        return FaultlineJson.read(send(request).body(), JobSnapshot.class);
    }

    public JobSnapshot job(JobId id) {
        return FaultlineJson.read(
                send(request("/api/v1/jobs/" + id).GET().build()).body(), JobSnapshot.class);
    }

    /** The newest jobs. */
    public JobPage jobs(int limit) {
        return FaultlineJson.read(
                send(request("/api/v1/jobs?limit=" + limit).GET().build()).body(), JobPage.class);
    }

    /** Asks for a job's end. */
    public JobSnapshot cancel(JobId id) {
        return FaultlineJson.read(
                send(request("/api/v1/jobs/" + id).DELETE().build()).body(), JobSnapshot.class);
    }

    /**
     * Follows a job to its end; takes up the connection again if it breaks.
     *
     * @return the job as it ended
     * @throws GatewayException if there is no such job, or the gateway stays away for minutes
     */
    public JobSnapshot follow(JobId id, JobListener listener) {
        int failures = 0;
        while (true) {
            Attempt attempt = followOnce(id, listener);
            if (attempt.ended() != null) {
                return attempt.ended();
            }
            failures = attempt.heard() ? 1 : failures + 1;
            if (failures > RECONNECTS) {
                throw new GatewayException(
                        "the gateway at " + base + " stays away (" + attempt.reason()
                                + "); look again with ./faultline watch " + id,
                        0);
            }
            listener.interrupted(attempt.reason());
            pause(id);
        }
    }

    /**
     * One connection to a job's events.
     *
     * @param ended the job as it ended; null if the connection ended before
     * @param heard whether any event came
     * @param reason why the connection ended
     */
    private record Attempt(JobSnapshot ended, boolean heard, String reason) {}

    private Attempt followOnce(JobId id, JobListener listener) {
        HttpRequest request = request("/api/v1/jobs/" + id + "/events")
                .header("Accept", "text/event-stream")
                .GET()
                .build();
        AtomicReference<JobSnapshot> last = new AtomicReference<>();
        String reason = "the gateway ended the connection";
        try {
            HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() != 200) {
                    throw refusal(response.statusCode(), lines.reduce("", String::concat));
                }
                EventStream.read(lines.iterator(), (name, data) -> hear(name, data, listener, last));
            }
        } catch (IOException e) {
            reason = e.getMessage() == null ? e.toString() : e.getMessage();
        } catch (UncheckedIOException e) {
            reason = e.getCause().toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException("interrupted while job " + id + " was followed", e);
        }
        JobSnapshot snapshot = last.get();
        boolean over = snapshot != null && snapshot.state().ended();
        return new Attempt(over ? snapshot : null, snapshot != null, reason);
    }

    private static void pause(JobId id) {
        try {
            TimeUnit.MILLISECONDS.sleep(RECONNECT_DELAY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException("interrupted while job " + id + " was followed", e);
        }
    }

    private static void hear(String name, String data, JobListener listener, AtomicReference<JobSnapshot> last) {
        byte[] json = data.getBytes(StandardCharsets.UTF_8);
        switch (name) {
            case "snapshot" -> {
                last.set(FaultlineJson.read(json, JobSnapshot.class));
                listener.snapshot(last.get());
            }
            case "progress" -> listener.progressed(FaultlineJson.read(json, JobProgressed.class));
            default -> {
                // kinds of events may be added
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 400) {
                throw refusal(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
            }
            return response;
        } catch (ConnectException e) {
            throw new GatewayException("no gateway answers at " + base + "; start a cluster with ./faultline up", e);
        } catch (IOException e) {
            throw new GatewayException("the gateway at " + base + " did not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException("interrupted while the gateway was asked", e);
        }
    }

    /** What an RFC 9457 problem document says, or the answer's own text where it is none. */
    private static GatewayException refusal(int status, String body) {
        try {
            JsonNode problem = FaultlineJson.mapper().readTree(body);
            if (problem != null && (problem.hasNonNull("detail") || problem.hasNonNull("title"))) {
                String text = problem.hasNonNull("detail")
                        ? problem.get("detail").asText()
                        : problem.get("title").asText();
                return new GatewayException(text + " (status " + status + ")", status);
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return new GatewayException("the gateway answered " + status + ": " + body.strip(), status);
        }
        return new GatewayException("the gateway answered " + status + ": " + body.strip(), status);
    }
}
