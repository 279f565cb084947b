package io.faultline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.event.Topics;
import io.faultline.testkit.KafkaTestResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several loops, as of several processes, on the real broker. */
class WorkLoopIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final String servers = KafkaTestResource.shared().bootstrapServers();
    private final List<String> happened = new CopyOnWriteArrayList<>();

    @Test
    void stoppingHandsTheRecordToAnotherWorkerAtOnce() {
        // Given: a worker whose stage does not stop when it is told to
        WorkLoop first = loop((record, stop) -> {
            happened.add("first, delivery " + record.deliveryCount().orElseThrow());
            await().forever().until(() -> false);
            return AcknowledgeType.ACCEPT;
        });
        first.start();
        send();
        await().atMost(PATIENCE).until(() -> happened.size() == 1);
        WorkLoop second = loop((record, stop) -> {
            happened.add("second, delivery " + record.deliveryCount().orElseThrow());
            return AcknowledgeType.ACCEPT;
        });
        second.start();
        await().atMost(PATIENCE).until(second::subscribed);

        // When
        long begun = System.nanoTime();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> first.stop(GRACE));
        await().atMost(PATIENCE).until(() -> happened.size() == 2);

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(GRACE);
        stopped.join();
        assertThat(happened).containsExactly("first, delivery 1", "second, delivery 2");
        second.stop(GRACE);
        assertThat(second.alive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void freeWorkersTakeTheRecordsThatWaitOnOnePartition(int workers) {
        // Given: each keeps its record until all have one
        CountDownLatch allAtWork = new CountDownLatch(workers);
        BiFunction<ConsumerRecord<byte[], byte[]>, StopSignal, AcknowledgeType> together = (record, stop) -> {
            allAtWork.countDown();
            await().atMost(PATIENCE).until(() -> allAtWork.getCount() == 0);
            return AcknowledgeType.ACCEPT;
        };
        List<WorkLoop> loops =
                Stream.generate(() -> loop(together)).limit(workers).toList();
        loops.forEach(WorkLoop::start);
        await().atMost(PATIENCE).until(() -> loops.stream().allMatch(WorkLoop::subscribed));

        // When
        IntStream.range(0, workers).forEach(i -> send());

        // Then
        await().atMost(PATIENCE).until(() -> allAtWork.getCount() == 0);
        loops.forEach(loop -> loop.stop(GRACE));
    }

    private WorkLoop loop(BiFunction<ConsumerRecord<byte[], byte[]>, StopSignal, AcknowledgeType> handler) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                // no worker of another test takes from it
                "group.id",
                Topics.shareGroup(Topics.MODEL_READY),
                "share.acknowledgement.mode",
                "explicit",
                "share.acquire.mode",
                "record_limit",
                "max.poll.records",
                1);
        return new WorkLoop(
                Topics.MODEL_READY,
                () -> new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                handler,
                Duration.ofMillis(200));
    }

    private void send() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.MODEL_READY, new byte[] {1}));
        }
    }
}
