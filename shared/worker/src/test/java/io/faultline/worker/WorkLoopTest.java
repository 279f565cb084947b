package io.faultline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.event.JobId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkLoopTest {
    private static final int LOCK_MILLIS = 300;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ConsumerRecord<byte[], byte[]> record = WorkRecords.record(new JobId(UUID.randomUUID()), 1);
    private final BlockingQueue<FakeShareConsumer> consumers = new LinkedBlockingQueue<>();
    private final AtomicInteger consumersMade = new AtomicInteger();
    private final List<StopSignal> signals = new CopyOnWriteArrayList<>();
    private WorkLoop loop;

    @AfterEach
    void endLoop() {
        loop.stop(GRACE);
    }

    @Test
    void settlesARecordAsItsHandlerSays() {
        // Given
        FakeShareConsumer consumer = consumerOf(3);
        List<AcknowledgeType> ends = new CopyOnWriteArrayList<>(
                List.of(AcknowledgeType.ACCEPT, AcknowledgeType.RELEASE, AcknowledgeType.REJECT));

        // When
        start((taken, stop) -> ends.remove(0));

        // Then
        await().untilAsserted(() -> assertThat(consumer.settled)
                .containsExactly(AcknowledgeType.ACCEPT, AcknowledgeType.RELEASE, AcknowledgeType.REJECT));
        assertThat(loop.alive()).isTrue();
        assertThat(loop.subscribed()).isTrue();
    }

    @Test
    void renewsTheLockWhileTheWorkRuns() {
        // Given
        FakeShareConsumer consumer = consumerOf(1);

        // When
        start((taken, stop) -> {
            await().until(() -> consumer.renewals >= 4);
            return AcknowledgeType.ACCEPT;
        });

        // Then
        await().untilAsserted(() -> assertThat(consumer.settled).containsExactly(AcknowledgeType.ACCEPT));
        assertThat(loop.alive()).isTrue();
    }

    @Test
    void stopReturnsOnlyWhenTheStageHasLetGo() throws InterruptedException {
        // Given
        FakeShareConsumer consumer = consumerOf(1);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean inNativeCode = new AtomicBoolean(true);
        start((taken, stop) -> {
            begun.countDown();
            // as native code does, it hears the stop only at its own next look, well after the record went back
            await().until(() -> consumer.settled.contains(AcknowledgeType.RELEASE));
            inNativeCode.set(false);
            return AcknowledgeType.RELEASE;
        });
        begun.await();

        // When
        loop.stop(GRACE);

        // Then
        assertThat(inNativeCode).isFalse();
    }

    @Test
    void aLostLockStopsTheWorkAndANewConsumerFollows() {
        // Given
        FakeShareConsumer first = consumerOf(1);
        FakeShareConsumer second = consumerOf(1);

        // When
        start((taken, stop) -> {
            signals.add(stop);
            if (signals.size() == 1) {
                first.loseLock();
                await().until(() -> stop.reason().isPresent());
            }
            return AcknowledgeType.ACCEPT;
        });

        // Then
        await().untilAsserted(() -> assertThat(second.settled).containsExactly(AcknowledgeType.ACCEPT));
        assertThat(signals.get(0).reason()).hasValue(StopSignal.Reason.LOCK_LOST);
        assertThat(first.settled).isEmpty();
        assertThat(first.closed).isTrue();
    }

    @Test
    void anAcceptThatIsNotTakenMakesANewConsumer() {
        // Given
        FakeShareConsumer first = consumerOf(1);
        FakeShareConsumer second = consumerOf(1);
        first.loseLock();

        // When
        start((taken, stop) -> AcknowledgeType.ACCEPT);

        // Then
        await().untilAsserted(() -> assertThat(second.settled).containsExactly(AcknowledgeType.ACCEPT));
    }

    @Test
    void consumersThatBreakAreReplacedForEver() {
        // Given
        for (int broken = 0; broken < 5; broken++) {
            consumerOf(0).breakDown();
        }
        FakeShareConsumer last = consumerOf(1);

        // When
        start((taken, stop) -> AcknowledgeType.ACCEPT);

        // Then
        await().untilAsserted(() -> assertThat(last.settled).containsExactly(AcknowledgeType.ACCEPT));
        assertThat(consumersMade).hasValue(6);
    }

    @Test
    void aHandlerThatFailsGivesTheRecordBackAndTheLoopGoesOn() {
        // Given
        FakeShareConsumer consumer = consumerOf(2);

        // When
        start((taken, stop) -> {
            signals.add(stop);
            if (signals.size() == 1) {
                throw new OutOfMemoryError("not even a failure could be told");
            }
            return AcknowledgeType.ACCEPT;
        });

        // Then
        await().untilAsserted(() ->
                assertThat(consumer.settled).containsExactly(AcknowledgeType.RELEASE, AcknowledgeType.ACCEPT));
    }

    @Test
    void stoppingGivesTheRecordBackThoughTheWorkDoesNotStopAndWaitsForItWithinItsGrace() {
        // Given
        FakeShareConsumer consumer = consumerOf(1);
        start((taken, stop) -> {
            signals.add(stop);
            await().forever().until(() -> false);
            return AcknowledgeType.ACCEPT;
        });
        await().until(() -> signals.size() == 1);

        // When
        Duration grace = Duration.ofSeconds(1);
        long begun = System.nanoTime();
        loop.stop(grace);

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(grace, grace.plusSeconds(2));
        assertThat(consumer.settled).containsExactly(AcknowledgeType.RELEASE);
        assertThat(consumer.closed).isTrue();
        assertThat(signals.get(0).reason()).hasValue(StopSignal.Reason.SHUTTING_DOWN);
        assertThat(loop.alive()).isFalse();
    }

    @Test
    void aStageThatHangsAfterItsLockWasLostMakesTheWorkerUnhealthy() {
        // Given
        FakeShareConsumer consumer = consumerOf(1);

        // When
        start((taken, stop) -> {
            consumer.loseLock();
            await().forever().until(() -> false);
            return AcknowledgeType.ACCEPT;
        });

        // Then
        await().until(() -> !loop.alive());
        assertThat(loop.sinceLastSign()).isGreaterThan(Duration.ofMillis(2 * LOCK_MILLIS));
    }

    private FakeShareConsumer consumerOf(int records) {
        FakeShareConsumer consumer = new FakeShareConsumer(LOCK_MILLIS, Collections.nCopies(records, record));
        consumers.add(consumer);
        return consumer;
    }

    private void start(BiFunction<ConsumerRecord<byte[], byte[]>, StopSignal, AcknowledgeType> handler) {
        loop = new WorkLoop("job-submitted", this::nextConsumer, handler, Duration.ofMillis(1));
        loop.start();
    }

    private ShareConsumer<byte[], byte[]> nextConsumer() {
        consumersMade.incrementAndGet();
        FakeShareConsumer next = consumers.poll();
        return next == null ? new FakeShareConsumer(LOCK_MILLIS, List.of()) : next;
    }
}
