package io.faultline.backing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.faultline.event.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaNodeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private KafkaNode kafka;

    @BeforeEach
    void start() {
        kafka = KafkaNode.start(directory.resolve("data"), 0);
    }

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void aRecordSentBeforeAnyWorkerRunsSurvivesAKillAndReachesTheFirstWorkerOnce() throws Exception {
        // Given
        ClusterTopics.declare(kafka.bootstrapServers());
        send("first");
        kafka.kill();
        kafka.restart();
        send("second");

        // When
        List<String> received = receive(2);

        // Then
        assertThat(received).containsExactly("first", "second");
        assertThat(lag()).isZero();

        // When: everything is declared once more, as at each start of the cluster
        ClusterTopics.declare(kafka.bootstrapServers());

        // Then: the group keeps its place
        assertThat(lag()).isZero();
        assertThat(topics()).containsAll(Topics.WORK).containsAll(Topics.FACTS).contains("model-ready-dead-letter");
    }

    @Test
    void aTakenPortIsRefusedBeforeAnythingIsWritten() throws IOException {
        // Given
        Path data = directory.resolve("other");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LoopbackPorts.HOST))) {

            // When, Then
            assertThatThrownBy(() -> KafkaNode.start(data, taken.getLocalPort()))
                    .isInstanceOf(BackingServiceException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " of 127.0.0.1 is taken");
            assertThat(data).doesNotExist();
        }
    }

    @Test
    void aBrokerThatDoesNotStartIsReportedWithItsLastLogLines() {
        // Given
        Path data = directory.resolve("other");
        Map<String, String> nonsense = Map.of("group.share.delivery.count.limit", "eleven");

        // When, Then
        assertThatThrownBy(() -> KafkaNode.start(data, 0, data.resolve("kafka.log"), nonsense))
                .isInstanceOf(BackingServiceException.class)
                .hasMessageContaining("Kafka broker ended while it started (exit code 1)")
                .hasMessageContaining("Invalid value eleven for configuration group.share.delivery.count.limit");
        assertThat(Files.exists(data.resolve("kafka.log"))).isTrue();
    }

    private void send(String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topics.JOB_SUBMITTED, "job", value))
                    .get();
        }
    }

    private List<String> receive(int count) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        settings.put("group.id", Topics.shareGroup(Topics.JOB_SUBMITTED));
        List<String> received = new ArrayList<>();
        try (KafkaShareConsumer<String, String> consumer =
                new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(Topics.JOB_SUBMITTED));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> received.add(record.value()));
                return received.size() >= count;
            });
            consumer.commitSync();
        }
        return received;
    }

    private long lag() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            String group = Topics.shareGroup(Topics.JOB_SUBMITTED);
            SharePartitionOffsetInfo offsets = admin.listShareGroupOffsets(
                            Map.of(group, new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo(group)
                    .get()
                    .get(new TopicPartition(Topics.JOB_SUBMITTED, 0));
            return offsets.lag().orElseThrow();
        }
    }

    private java.util.Set<String> topics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.listTopics().names().get();
        }
    }
}
