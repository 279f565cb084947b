package io.faultline.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.backing.BackingServiceException;
import io.faultline.backing.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterPortsTest {
    @Test
    void whatWasLeftOpenGetsAFreePortOfItsOwn() {
        ClusterPorts claimed = new ClusterPorts(Map.of()).claimed();

        assertThat(claimed.byMember()).hasSize(Member.values().length);
        assertThat(claimed.byMember().values()).doesNotHaveDuplicates().allMatch(port -> port > 0);
    }

    @Test
    void whatWasAskedForIsKept() {
        int wanted = LoopbackPorts.free();

        assertThat(new ClusterPorts(Map.of(Member.TRAINER, wanted)).claimed().of(Member.TRAINER))
                .isEqualTo(wanted);
    }

    @Test
    void aTakenPortIsRefusedWithTheOptionThatChoosesAnother() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LoopbackPorts.HOST))) {
            ClusterPorts ports = new ClusterPorts(Map.of(Member.GATEWAY, taken.getLocalPort()));

            assertThatThrownBy(ports::claimed)
                    .isInstanceOf(BackingServiceException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " of 127.0.0.1 is taken")
                    .hasMessageContaining("choose another with --port");
        }
    }

    @Test
    void onePortForTwoIsRefused() {
        int port = LoopbackPorts.free();
        ClusterPorts ports = new ClusterPorts(Map.of(Member.GATEWAY, port, Member.RIFT, port));

        assertThatThrownBy(ports::claimed)
                .isInstanceOf(ClusterException.class)
                .hasMessage("port " + port + " is given to both gateway and rift-service; give each its own");
    }
}
