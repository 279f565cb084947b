package io.faultline.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.AcknowledgementCommitCallback;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.apache.kafka.common.metrics.KafkaMetric;

/** A share consumer with one partition in memory, as strict as the real one, whose locks a test can take away. */
final class FakeShareConsumer implements ShareConsumer<byte[], byte[]> {
    final List<AcknowledgeType> settled = new CopyOnWriteArrayList<>();
    volatile int renewals;
    volatile boolean closed;

    private final Queue<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
    private final Thread[] owner = new Thread[1];
    private ConsumerRecord<byte[], byte[]> inWork;
    private ConsumerRecord<byte[], byte[]> renewed;
    private AcknowledgeType pending;
    private volatile boolean lockLost;
    private volatile boolean broken;
    private final int lockMillis;

    FakeShareConsumer(int lockMillis, List<ConsumerRecord<byte[], byte[]>> records) {
        this.lockMillis = lockMillis;
        waiting.addAll(records);
    }

    /** From now on the broker takes no acknowledgement. */
    void loseLock() {
        lockLost = true;
    }

    /** From now on every poll fails. */
    void breakDown() {
        broken = true;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        checkThread();
        if (broken) {
            throw new KafkaException("the fake is broken");
        }
        if (inWork != null) {
            throw new IllegalStateException("a record of the last poll is not acknowledged");
        }
        if (renewed != null) {
            inWork = renewed;
            renewed = null;
        } else if (!waiting.isEmpty()) {
            inWork = waiting.remove();
        } else {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            return ConsumerRecords.empty();
        }
        TopicPartition partition = new TopicPartition(inWork.topic(), inWork.partition());
        return new ConsumerRecords<>(Map.of(partition, List.of(inWork)), Map.of());
    }

    @Override
    public void acknowledge(ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
        checkThread();
        if (inWork == null) {
            throw new IllegalStateException("the record is not in work");
        }
        pending = type;
    }

    @Override
    public Map<TopicIdPartition, Optional<KafkaException>> commitSync(Duration timeout) {
        checkThread();
        AcknowledgeType type = pending;
        pending = null;
        TopicIdPartition partition = new TopicIdPartition(Uuid.ONE_UUID, inWork.partition(), inWork.topic());
        if (lockLost) {
            inWork = null;
            return Map.of(partition, Optional.of(new InvalidRecordStateException("the lock was lost")));
        }
        if (type == AcknowledgeType.RENEW) {
            renewals++;
            renewed = inWork;
        } else {
            settled.add(type);
        }
        inWork = null;
        return Map.of(partition, Optional.empty());
    }

    @Override
    public void subscribe(Collection<String> topics) {
        checkThread();
    }

    @Override
    public Optional<Integer> acquisitionLockTimeoutMs() {
        return Optional.of(lockMillis);
    }

    @Override
    public void close(Duration timeout) {
        closed = true;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void checkThread() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (owner[0] == null) {
            owner[0] = Thread.currentThread();
        } else if (owner[0] != Thread.currentThread()) {
            throw new IllegalStateException("not safe for several threads");
        }
    }

    @Override
    public Set<String> subscription() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unsubscribe() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void acknowledge(ConsumerRecord<byte[], byte[]> record) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void acknowledge(String topic, int partition, long offset, AcknowledgeType type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<TopicIdPartition, Optional<KafkaException>> commitSync() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void commitAsync() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setAcknowledgementCommitCallback(AcknowledgementCommitCallback callback) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void wakeup() {
        throw new UnsupportedOperationException();
    }
}
