package io.faultline.backing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphansIT {
    @TempDir
    Path directory;

    @Test
    void brokerAndDatabaseEndWhenTheirParentIsKilled() throws Exception {
        // Given
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfaultline.backing.lib=" + System.getProperty("faultline.backing.lib"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = parent.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("both serve");
        }
        List<ProcessHandle> descendants = parent.descendants().toList();
        long postmaster = postmaster();
        assertThat(descendants).as("two virtual machines").hasSizeGreaterThanOrEqualTo(2);
        assertThat(ProcessHandle.of(postmaster)).isPresent();

        // When
        parent.destroyForcibly().waitFor();

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(descendants).noneMatch(ProcessHandle::isAlive);
            assertThat(ProcessHandle.of(postmaster).filter(ProcessHandle::isAlive))
                    .isEmpty();
        });
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("postgres/tables/postmaster.pid"))
                .get(0)
                .trim());
    }

    static final class Parent {
        public static void main(String[] arguments) throws InterruptedException {
            Path directory = Path.of(arguments[0]);
            KafkaNode kafka = KafkaNode.start(directory.resolve("kafka"), 0);
            PostgresNode postgres = PostgresNode.start(directory.resolve("postgres"), 0);
            System.out.println("both serve");
            kafka.ended().join();
            postgres.ended().join();
        }
    }
}
