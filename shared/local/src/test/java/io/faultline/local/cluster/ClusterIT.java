package io.faultline.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.faultline.backing.BackingServiceException;
import io.faultline.backing.LoopbackPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cluster's life with the real broker and database, and services that only serve. */
class ClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final RestartDelay SHORT = new RestartDelay(Duration.ofMillis(200), Duration.ofSeconds(2));

    @TempDir
    Path directory;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private Installation installation;
    private ClusterHome home;

    @BeforeEach
    void install() throws IOException {
        installation = FakeServices.in(directory.resolve("installation"));
        home = new ClusterHome(directory.resolve("home"));
    }

    @Test
    void membersThatDieComeBackAndAllEndWithTheClusterInOrder() throws IOException {
        // Given
        ClusterState state;
        try (Cluster cluster = Cluster.start(installation, home, new ClusterPorts(Map.of()), listener(), SHORT)) {
            state = home.running().orElseThrow();
            assertThat(state).isEqualTo(cluster.state());
            assertThat(state.ready()).isTrue();
            assertThat(state.processes()).hasSize(6);

            // When
            for (String member : List.of("trainer-service", "kafka")) {
                long pid = state.processes().get(member);
                ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                await().atMost(PATIENCE).untilAsserted(() -> {
                    ClusterState now = home.running().orElseThrow();
                    assertThat(now.ready()).isTrue();
                    assertThat(now.processes().get(member)).isNotEqualTo(pid);
                });
            }

            // Then
            assertThat(heard).contains("trainer-service died", "kafka died").doesNotContain("gateway died");
            assertThatThrownBy(() -> Cluster.start(installation, home, new ClusterPorts(Map.of()), listener(), SHORT))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("a cluster is already running in " + home.directory())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            state = home.running().orElseThrow();
        }
        assertThat(home.running()).isEmpty();
        assertThat(state.processes().values()).noneMatch(ClusterIT::alive);
        assertThat(Files.readString(home.log("gateway")))
                .contains("stopped in order")
                .containsPattern("password [0-9a-f]{48}")
                .contains("faultline.store.directory=" + home.store())
                .doesNotContain("master-key");
        assertThat(Files.readString(home.log("poison-service")))
                .contains("faultline.poison.master-key-file=" + home.masterKeyFile())
                .contains("password null");
    }

    @Test
    void aTakenPortIsRefusedBeforeAnythingStarts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LoopbackPorts.HOST))) {
            ClusterPorts ports = new ClusterPorts(Map.of(Member.RIFT, taken.getLocalPort()));

            assertThatThrownBy(() -> Cluster.start(installation, home, ports, listener(), SHORT))
                    .isInstanceOf(BackingServiceException.class)
                    .hasMessageContaining("choose another with --rift-port");
            assertThat(heard).isEmpty();
            assertThat(home.running()).isEmpty();
        }
    }

    @Test
    void nothingOutlivesAnOwnerThatIsKilledAndTheNextStartSucceeds() throws Exception {
        // Given
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfaultline.backing.lib=" + System.getProperty("faultline.backing.lib"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        installation.root().toString(),
                        home.directory().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = owner.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("up");
        }
        ClusterState state = home.running().orElseThrow();
        long postmaster =
                Long.parseLong(Files.readAllLines(home.data(Member.POSTGRES).resolve("tables/postmaster.pid"))
                        .get(0)
                        .trim());

        // When
        owner.destroyForcibly().waitFor();

        // Then
        assertThat(home.running()).isEmpty();
        try (Cluster cluster = Cluster.start(installation, home, new ClusterPorts(Map.of()), listener(), SHORT)) {
            assertThat(cluster.state().ready()).isTrue();
            assertThat(state.processes().values()).noneMatch(ClusterIT::alive);
            assertThat(alive(postmaster)).isFalse();
        }
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private ClusterListener listener() {
        return new ClusterListener() {
            @Override
            public void starting(Member member, int port) {
                heard.add(member.label() + " starting");
            }

            @Override
            public void ready(Member member, Duration after) {
                heard.add(member.label() + " ready");
            }

            @Override
            public void died(Member member, Duration delay) {
                heard.add(member.label() + " died");
            }

            @Override
            public void notRevived(Member member, RuntimeException failure, Duration delay) {
                heard.add(member.label() + " not revived: " + failure);
            }

            @Override
            public void stopping(Member member) {
                heard.add(member.label() + " stopping");
            }
        };
    }

    static final class Owner {
        public static void main(String[] arguments) {
            Cluster cluster = Cluster.start(
                    new Installation(Path.of(arguments[0])),
                    new ClusterHome(Path.of(arguments[1])),
                    new ClusterPorts(Map.of()),
                    new ClusterIT().listener(),
                    SHORT);
            System.out.println("up");
            cluster.closed().join();
        }
    }
}
