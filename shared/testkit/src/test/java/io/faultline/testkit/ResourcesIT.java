package io.faultline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.event.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class ResourcesIT {
    @Test
    void everyResourceStartsWhatItNamesAndSharesItWithTheNextClass() throws Exception {
        // Given
        KafkaTestResource kafka = new KafkaTestResource();
        PostgresTestResource postgres = new PostgresTestResource();

        // When
        Map<String, String> broker = kafka.start();
        Map<String, String> database = postgres.start();
        kafka.stop();
        postgres.stop();

        // Then
        assertThat(new KafkaTestResource().start()).isEqualTo(broker);
        assertThat(new PostgresTestResource().start()).isEqualTo(database);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.get("kafka.bootstrap.servers")))) {
            assertThat(admin.listTopics().names().get()).containsAll(Topics.WORK);
        }
        assertThat(PostgresTestResource.shared().alive()).isTrue();
        assertThat(database.get("quarkus.datasource.jdbc.url")).startsWith("jdbc:postgresql://127.0.0.1:");
    }

    @Test
    void theStoreIsEmptyAndGoneAfterwards() {
        // Given
        StoreTestResource store = new StoreTestResource();

        // When
        Path directory = Path.of(store.start().get("faultline.store.directory"));

        // Then
        assertThat(directory).isEmptyDirectory();
        store.stop();
        assertThat(Files.exists(directory)).isFalse();
    }
}
