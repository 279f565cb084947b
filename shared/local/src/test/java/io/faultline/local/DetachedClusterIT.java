package io.faultline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.backing.LoopbackPorts;
import io.faultline.local.cluster.ClusterException;
import io.faultline.local.cluster.ClusterHome;
import io.faultline.local.cluster.ClusterPorts;
import io.faultline.local.cluster.ClusterState;
import io.faultline.local.cluster.FakeServices;
import io.faultline.local.cluster.Installation;
import io.faultline.local.cluster.Member;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetachedClusterIT {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream output = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void itOutlivesItsStarterUntilItIsStopped() throws Exception {
        // Given
        Installation installation = FakeServices.in(directory.resolve("installation"));
        ClusterHome home = new ClusterHome(directory.resolve("home"));
        ClusterPorts ports = new ClusterPorts(Map.of());

        // When
        ClusterState state = DetachedCluster.start(installation, home, ports, output);

        // Then
        assertThat(home.running()).contains(state);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("rift-service     ready after");
        assertThatThrownBy(() -> DetachedCluster.start(installation, home, ports, output))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("a cluster is already running in " + home.directory());

        // When
        boolean stopped = DetachedCluster.stop(home);

        // Then
        assertThat(stopped).isTrue();
        assertThat(home.running()).isEmpty();
        assertThat(state.processes().values())
                .noneMatch(pid -> ProcessHandle.of(pid).isPresent());
        assertThat(ProcessHandle.of(state.owner()).filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(DetachedCluster.stop(home)).isFalse();
    }

    @Test
    void whatKeepsItFromStartingIsPassedOn() throws Exception {
        // Given
        Installation installation = FakeServices.in(directory.resolve("installation"));
        ClusterHome home = new ClusterHome(directory.resolve("home"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LoopbackPorts.HOST))) {
            ClusterPorts ports = new ClusterPorts(Map.of(Member.GATEWAY, taken.getLocalPort()));

            // When, Then
            assertThatThrownBy(() -> DetachedCluster.start(installation, home, ports, output))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("the cluster did not start; its log is ");
            assertThat(bytes.toString(StandardCharsets.UTF_8))
                    .contains("port " + taken.getLocalPort() + " of 127.0.0.1 is taken");
            assertThat(home.running()).isEmpty();
        }
    }
}
