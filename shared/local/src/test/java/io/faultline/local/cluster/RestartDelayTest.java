package io.faultline.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartDelayTest {
    @Test
    void itDoublesUpToTheMost() {
        RestartDelay delay = new RestartDelay(Duration.ofSeconds(1), Duration.ofSeconds(10));

        assertThat(IntStream.rangeClosed(1, 6).mapToObj(delay::after).map(Duration::toSeconds))
                .containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
    }
}
