package io.faultline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.artifact.ContentWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StageJournalTest {
    private final Map<String, byte[]> kept = new HashMap<>();

    private final Checkpoints checkpoints = new Checkpoints() {
        @Override
        public Optional<InputStream> open(String name) {
            return Optional.ofNullable(kept.get(name)).map(ByteArrayInputStream::new);
        }

        @Override
        public boolean exists(String name) {
            return kept.containsKey(name);
        }

        @Override
        public void write(String name, ContentWriter content) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                content.writeTo(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            kept.put(name, bytes.toByteArray());
        }
    };

    record Value(int number) {}

    @Test
    void aValueIsFoundOutOnceAndFoundAgainByWhoeverGoesOn() {
        // Given
        assertThat(new StageJournal(checkpoints).once("value", Value.class, () -> new Value(7)))
                .isEqualTo(new Value(7));

        // When
        Value again = new StageJournal(checkpoints).once("value", Value.class, () -> {
            throw new AssertionError("worked twice");
        });

        // Then
        assertThat(again).isEqualTo(new Value(7));
    }

    @Test
    void ofWorkThatFailsNothingIsKept() {
        StageJournal journal = new StageJournal(checkpoints);

        assertThatThrownBy(() -> journal.once("value", Value.class, () -> {
                    throw new IllegalStateException("no value");
                }))
                .hasMessage("no value");

        assertThat(journal.once("value", Value.class, () -> new Value(1))).isEqualTo(new Value(1));
    }
}
