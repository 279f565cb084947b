package io.faultline.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.faultline.event.JobId;
import io.faultline.local.client.GatewayClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnfinishedJobsTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer gateway;
    private UnfinishedJobs jobs;

    @BeforeEach
    void start() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            exchange.sendResponseHeaders(409, -1); // as for a job that has just ended
            exchange.close();
        });
        gateway.start();
        jobs = new UnfinishedJobs(new GatewayClient(
                URI.create("http://127.0.0.1:" + gateway.getAddress().getPort())));
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    @Test
    void eachUnfinishedJobIsCancelledOnceWhateverTheGatewayAnswers() {
        // Given
        JobId first = new JobId(new UUID(0, 1));
        JobId ended = new JobId(new UUID(0, 2));
        JobId last = new JobId(new UUID(0, 3));
        jobs.add(first);
        jobs.add(ended);
        jobs.add(last);
        jobs.remove(ended);

        // When
        jobs.cancel();
        jobs.cancel();

        // Then
        assertThat(asked).containsExactlyInAnyOrder("DELETE /api/v1/jobs/" + first, "DELETE /api/v1/jobs/" + last);
    }
}
