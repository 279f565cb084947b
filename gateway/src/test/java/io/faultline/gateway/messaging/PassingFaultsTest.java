package io.faultline.gateway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PassingFaultsTest {
    @Test
    void areOutwaited() {
        // Given
        AtomicInteger calls = new AtomicInteger();

        // When
        new PassingFaults().outwait(() -> {
            if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException(new SQLException("gone", "08006"));
            }
        });

        // Then
        assertThat(calls).hasValue(3);
    }

    @Test
    void anyOtherFaultIsTheCallers() {
        AtomicInteger calls = new AtomicInteger();

        assertThatThrownBy(() -> new PassingFaults().outwait(() -> {
                    calls.incrementAndGet();
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(calls).hasValue(1);
    }
}
