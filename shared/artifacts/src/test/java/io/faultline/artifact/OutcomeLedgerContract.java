package io.faultline.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of {@link OutcomeLedger}; the test of a ledger implements this and gives a fresh one. */
interface OutcomeLedgerContract {
    String FINGERPRINT = "ab".repeat(32);

    /** A ledger that has nothing in it; the same one during a test. */
    OutcomeLedger ledger();

    @Test
    default void nothingIsFoundBeforeItIsRecorded() {
        assertThat(ledger().find(FINGERPRINT)).isEmpty();
    }

    @Test
    default void aRecordedOutcomeIsFound() {
        // When
        byte[] recorded = ledger().recordIfAbsent(FINGERPRINT, bytes("{\"a\":1}"));

        // Then
        assertThat(recorded).isEqualTo(bytes("{\"a\":1}"));
        assertThat(ledger().find(FINGERPRINT)).hasValue(bytes("{\"a\":1}"));
        assertThat(ledger().find("cd".repeat(32))).isEmpty();
    }

    @Test
    default void theSecondWriterReadsTheFirstOnesOutcome() {
        // Given
        ledger().recordIfAbsent(FINGERPRINT, bytes("first"));

        // When
        byte[] recorded = ledger().recordIfAbsent(FINGERPRINT, bytes("second"));

        // Then
        assertThat(recorded).isEqualTo(bytes("first"));
        assertThat(ledger().find(FINGERPRINT)).hasValue(bytes("first"));
    }

    @Test
    default void allOfManyWritersReadOneOutcomeWhole() throws Exception {
        // Given
        int writers = 16;
        CyclicBarrier start = new CyclicBarrier(writers);
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        try {
            // When
            List<Future<byte[]>> writing = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                byte[] own = bytes("outcome of writer " + writer + " ".repeat(50_000));
                writing.add(pool.submit(() -> {
                    start.await();
                    return ledger().recordIfAbsent(FINGERPRINT, own);
                }));
            }
            List<String> recorded = new ArrayList<>();
            for (Future<byte[]> written : writing) {
                recorded.add(new String(written.get(), UTF_8));
            }

            // Then
            String winner = new String(ledger().find(FINGERPRINT).orElseThrow(), UTF_8);
            assertThat(winner).startsWith("outcome of writer ").hasSizeGreaterThan(50_000);
            assertThat(recorded).hasSize(writers).containsOnly(winner);
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ab", "../../etc/passwd", "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"
            })
    default void aNameThatIsNoFingerprintIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ledger().find(name))
                .withMessageContaining("'" + name + "'");
        assertThatIllegalArgumentException().isThrownBy(() -> ledger().recordIfAbsent(name, new byte[0]));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
