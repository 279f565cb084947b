package io.faultline.gateway.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.event.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicWiringTest {
    @Test
    void theListenerHearsEveryFactButItsOwn() {
        assertThat(Arrays.stream(FactListener.class.getDeclaredMethods())
                        .map((Method method) -> method.getAnnotation(Incoming.class))
                        .filter(Objects::nonNull)
                        .map(Incoming::value)
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        Topics.JOB_PROGRESS,
                        Topics.JOB_RESULTS,
                        Topics.JOB_FAILED,
                        Topics.DATASET_READY,
                        Topics.MODEL_READY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Topics.JOB_PROGRESS,
                Topics.JOB_RESULTS,
                Topics.JOB_FAILED,
                Topics.DATASET_READY,
                Topics.MODEL_READY
            })
    void eachChannelHasItsConnectorAndItsDeadLetters(String topic) throws IOException {
        // Given
        Properties properties = new Properties();
        try (InputStream in = TopicWiringTest.class.getResourceAsStream("/application.properties")) {
            properties.load(in);
        }

        // Then
        assertThat(properties)
                .containsEntry("mp.messaging.incoming." + topic + ".connector", "smallrye-kafka")
                .containsEntry("mp.messaging.incoming." + topic + ".dead-letter-queue.topic", Topics.deadLetter(topic));
    }
}
