package io.faultline.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemOutcomeLedgerTest implements OutcomeLedgerContract {
    @TempDir
    Path root;

    private OutcomeLedger ledger;

    @BeforeEach
    void openLedger() {
        ledger = new FileSystemOutcomeLedger(root);
    }

    @Override
    public OutcomeLedger ledger() {
        return ledger;
    }

    @Test
    void isOneFileNamedByTheFingerprint() throws IOException {
        // When
        ledger.recordIfAbsent(FINGERPRINT, new byte[] {1});
        ledger.recordIfAbsent(FINGERPRINT, new byte[] {2});

        // Then: the loser's unfinished file is gone too
        assertThat(StoredFiles.under(root)).containsExactly(Path.of("outcomes", FINGERPRINT + ".json"));
    }

    @Test
    void ofSeveralProcessesTheFirstWins() throws Exception {
        // Given
        List<Process> writers = new ArrayList<>();
        List<Path> answers = new ArrayList<>();

        // When
        for (String name : List.of("one", "two", "three")) {
            Path answer = root.resolve("answer-" + name);
            answers.add(answer);
            writers.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            root.toString(),
                            name)
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start());
        }
        for (Process writer : writers) {
            assertThat(writer.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(writer.exitValue()).isZero();
        }

        // Then
        TreeSet<String> heard = new TreeSet<>();
        for (Path answer : answers) {
            heard.add(Files.readString(answer));
        }
        assertThat(heard)
                .hasSize(1)
                .containsExactly(new String(ledger.find(FINGERPRINT).orElseThrow()));
    }

    /** Records its name as the outcome and prints what was recorded. */
    static final class Writer {
        public static void main(String[] arguments) {
            byte[] recorded = new FileSystemOutcomeLedger(Path.of(arguments[0]))
                    .recordIfAbsent(FINGERPRINT, arguments[1].getBytes());
            System.out.print(new String(recorded));
        }
    }
}
