package io.faultline.backing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {
    @Test
    void aFreePortIsClaimedAsItIs() {
        int free = LoopbackPorts.free();

        assertThat(LoopbackPorts.claim(free, "gateway", "use --port")).isEqualTo(free);
    }

    @Test
    void zeroClaimsAnyFreePort() {
        assertThat(LoopbackPorts.claim(0, "gateway", "use --port")).isBetween(1, 65_535);
    }

    @Test
    void noTwoWhoAskAreGivenTheSamePort() {
        assertThat(IntStream.range(0, 300).mapToObj(i -> LoopbackPorts.free())).doesNotHaveDuplicates();
    }

    @Test
    void aTakenPortIsRefusedWithItsNumberTheServiceAndTheRemedy() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LoopbackPorts.HOST))) {
            int port = taken.getLocalPort();

            // When, Then
            assertThatThrownBy(() -> LoopbackPorts.claim(port, "the gateway", "choose another with --port"))
                    .isInstanceOf(BackingServiceException.class)
                    .hasMessageContaining("port " + port + " of 127.0.0.1 is taken")
                    .hasMessageContaining("the gateway cannot listen there")
                    .hasMessageContaining("choose another with --port");
        }
    }

    @Test
    void aPortOutOfRangeIsRefusedWithTheBound() {
        assertThatThrownBy(() -> LoopbackPorts.claim(70_000, "the gateway", "use --port"))
                .isInstanceOf(BackingServiceException.class)
                .hasMessage("port of the gateway is 70000; allowed: 0 (any free one) to 65535");
    }
}
