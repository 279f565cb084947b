package io.faultline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.faultline.event.JobEvent;
import io.faultline.event.JobId;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * The world around a service under test: sends events as the cluster does, and reads everything that was told on every topic,
 * from the beginning. For one thread.
 */
public final class ClusterEvents implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<ConsumerRecord<String, byte[]>> told = new ArrayList<>();

    public ClusterEvents(String bootstrapServers) {
        Map<String, Object> servers = Map.of("bootstrap.servers", bootstrapServers);
        producer = new KafkaProducer<>(servers, new StringSerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(servers, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(
                        Topics.WORK.stream(),
                        Topics.FACTS.stream(),
                        Topics.WORK.stream().map(Topics::deadLetter))
                .flatMap(topics -> topics)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Sends an event and waits until the broker has it. */
    public void send(JobEvent event) {
        List<Header> headers = List.of(
                header("ce_specversion", "1.0"),
                header("ce_id", event.eventId()),
                header("ce_type", event.type()),
                header("ce_source", "/faultline/test"),
                header("ce_subject", event.jobId().toString()),
                header("content-type", "application/json"));
        try {
            byte[] json = FaultlineJson.mapper().writeValueAsBytes(event);
            producer.send(new ProducerRecord<>(
                            event.topic(), null, event.jobId().toString(), json, headers))
                    .get();
        } catch (JsonProcessingException | ExecutionException e) {
            throw new AssertionError("the event was not sent: " + event.eventId(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while an event was sent", e);
        }
    }

    /** What was told of a job on a topic up to now, the oldest first. */
    public List<ConsumerRecord<String, byte[]>> told(String topic, JobId job) {
        consumer.poll(POLL).forEach(told::add);
        return told.stream()
                .filter(record -> record.topic().equals(topic) && job.toString().equals(record.key()))
                .toList();
    }

    /** Awaits the first event of a job on a topic. */
    public <T extends JobEvent> T await(String topic, JobId job, Class<T> type, Duration patience) {
        List<ConsumerRecord<String, byte[]>> records =
                Awaitility.await().atMost(patience).until(() -> told(topic, job), some -> !some.isEmpty());
        return FaultlineJson.read(records.get(0).value(), type);
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
