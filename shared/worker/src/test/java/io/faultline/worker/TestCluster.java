package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.faultline.event.JobEvent;
import io.faultline.event.JobId;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The world around a worker: sends events, and reads everything that a worker sends, from the beginning. */
final class TestCluster implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Admin admin;
    private final List<ConsumerRecord<String, byte[]>> told = new ArrayList<>();

    TestCluster(String bootstrapServers) {
        Map<String, Object> servers = Map.of("bootstrap.servers", bootstrapServers);
        producer = new KafkaProducer<>(servers, new StringSerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(servers, new StringDeserializer(), new ByteArrayDeserializer());
        admin = Admin.create(servers);
        List<TopicPartition> all = Stream.of(
                        List.of(Topics.DATASET_READY), Topics.FACTS, List.of(Topics.deadLetter(Topics.JOB_SUBMITTED)))
                .flatMap(Collection::stream)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /** Sends an event as the gateway does. */
    void send(JobEvent event, Header... more) {
        List<Header> headers = new ArrayList<>(List.of(more));
        headers.add(header("ce_id", event.eventId()));
        headers.add(header("ce_type", event.type()));
        headers.add(header("ce_subject", event.jobId().toString()));
        send(event.topic(), event.jobId().toString(), json(event), headers);
    }

    void send(String topic, String key, byte[] value, List<Header> headers) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, null, key, value, headers);
        get(() -> producer.send(record).get());
    }

    /** Everything that was told of a job on a topic up to now. */
    List<ConsumerRecord<String, byte[]>> told(String topic, JobId job) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(told::add);
        }
        return told.stream()
                .filter(record -> record.topic().equals(topic) && job.toString().equals(record.key()))
                .toList();
    }

    /** Awaits a number of records of a job on a topic. */
    List<ConsumerRecord<String, byte[]>> await(String topic, JobId job, int count) {
        return org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> told(topic, job), records -> records.size() >= count);
    }

    /** Awaits that every work record is settled. */
    void awaitAllSettled() {
        org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> lag() == 0);
    }

    /** Work records that wait or are in work. */
    long lag() {
        String group = Topics.shareGroup(Topics.JOB_SUBMITTED);
        return get(() -> admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(group)
                .get()
                .get(new TopicPartition(Topics.JOB_SUBMITTED, 0))
                .lag()
                .orElseThrow());
    }

    static <T> T read(ConsumerRecord<String, byte[]> record, Class<T> type) {
        return FaultlineJson.read(record.value(), type);
    }

    static String header(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }

    static Header header(String name, String value) {
        return new org.apache.kafka.common.header.internals.RecordHeader(name, value.getBytes(UTF_8));
    }

    static byte[] json(Object value) {
        return get(() -> FaultlineJson.mapper().writeValueAsBytes(value));
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
        admin.close();
    }

    private static <T> T get(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw new AssertionError("the test's own client failed", e);
        }
    }
}
