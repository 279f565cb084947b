package io.faultline.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Takes records of a work topic from its share group, one at a time, has each handled on another thread while it renews the
 * record's lock, and settles it. One thread makes all calls to the consumer, which is not safe for several. After any failure
 * a new consumer follows, for ever: one that lost a renewal or its broker may never fetch again.
 */
final class WorkLoop {
    private static final Logger LOG = Logger.getLogger(WorkLoop.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration RENEWAL = Duration.ofSeconds(10);
    private static final Duration RETURN_POLL = Duration.ofMillis(200);
    /** A renewed record comes back within the first polls; if not, the broker no longer counts it as ours. */
    private static final int RETURN_POLLS = 20;

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final int USUAL_LOCK_MILLIS = 30_000;
    private static final int RENEWALS_PER_LOCK = 3;
    /** The loop gives a sign of life several times per lock, unless it hangs. */
    private static final int SILENT_LOCKS = 2;

    private final String topic;
    private final Supplier<ShareConsumer<byte[], byte[]>> consumers;
    private final BiFunction<ConsumerRecord<byte[], byte[]>, StopSignal, AcknowledgeType> handler;
    private final Duration reconnectPause;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private final ExecutorService work;

    private volatile long lockMillis = USUAL_LOCK_MILLIS;
    private volatile long lastSign = System.nanoTime();
    private volatile boolean subscribed;

    WorkLoop(
            String topic,
            Supplier<ShareConsumer<byte[], byte[]>> consumers,
            BiFunction<ConsumerRecord<byte[], byte[]>, StopSignal, AcknowledgeType> handler,
            Duration reconnectPause) {
        this.topic = topic;
        this.consumers = consumers;
        this.handler = handler;
        this.reconnectPause = reconnectPause;
        this.thread = new Thread(this::takeWork, "work-loop");
        this.thread.setDaemon(true);
        this.work = Executors.newSingleThreadExecutor(task -> {
            Thread stageThread = new Thread(task, "stage");
            // a stage that sits in native code must not keep the process from ending
            stageThread.setDaemon(true);
            return stageThread;
        });
    }

    void start() {
        thread.start();
    }

    /** Gives a record in work back at once and ends the loop, then waits until its stage has let go; both at most so long. */
    void stop(Duration grace) {
        long end = System.nanoTime() + grace.toNanos();
        stopping.countDown();
        try {
            thread.join(grace.toMillis());
            work.shutdown();
            // a process that ends while its stage still computes in native code crashes there
            if (!work.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                LOG.warnf("the stage on %s has not let go within %s", topic, grace);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        work.shutdownNow();
    }

    /** Whether the loop runs and has polled or renewed lately. */
    boolean alive() {
        return thread.isAlive() && sinceLastSign().toMillis() < SILENT_LOCKS * lockMillis;
    }

    Duration sinceLastSign() {
        return Duration.ofNanos(System.nanoTime() - lastSign);
    }

    boolean subscribed() {
        return subscribed;
    }

    private void takeWork() {
        while (!isStopping()) {
            sign();
            try (ShareConsumer<byte[], byte[]> consumer = consumers.get()) {
                try {
                    consumer.subscribe(List.of(topic));
                    while (!isStopping()) {
                        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                            settle(consumer, record);
                        }
                        subscribed = true;
                        sign();
                    }
                } finally {
                    subscribed = false;
                    // by itself it would wait half a minute for a broker that is away
                    consumer.close(CLOSE);
                }
            } catch (InterruptedException e) {
                LOG.error("the work loop was interrupted, which nobody should do; it goes on", e);
            } catch (Throwable t) { // the edge: whatever it was, the loop goes on with a new consumer
                LOG.warnf("the share consumer of %s is given up, a new one follows: %s", topic, t);
                pause();
            }
        }
    }

    private void settle(ShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> record)
            throws InterruptedException {
        lockMillis = consumer.acquisitionLockTimeoutMs().orElse(USUAL_LOCK_MILLIS);
        StopSignal stop = new StopSignal();
        Future<AcknowledgeType> handling = work.submit(() -> handler.apply(record, stop));
        AcknowledgeType end = awaitEnd(consumer, record, handling, stop);
        consumer.acknowledge(record, end);
        // a failure is a value here: the lock was lost, and whoever has the record now finds the outcome
        consumer.commitSync(RENEWAL)
                .values()
                .forEach(failure -> failure.ifPresent(reason -> {
                    throw new KafkaException(end + " of " + name(record) + " was not taken", reason);
                }));
        sign();
    }

    private AcknowledgeType awaitEnd(
            ShareConsumer<byte[], byte[]> consumer,
            ConsumerRecord<byte[], byte[]> record,
            Future<AcknowledgeType> handling,
            StopSignal stop)
            throws InterruptedException {
        long nextRenewal = System.nanoTime() + renewalPeriod();
        while (true) {
            try {
                return handling.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                LOG.errorf(e.getCause(), "%s could not be handled and is given back", name(record));
                return AcknowledgeType.RELEASE;
            } catch (TimeoutException e) {
                LOG.tracef("%s is in work", name(record));
            }
            if (isStopping()) {
                stop.stop(StopSignal.Reason.SHUTTING_DOWN);
                return AcknowledgeType.RELEASE;
            }
            if (System.nanoTime() - nextRenewal >= 0) {
                nextRenewal = System.nanoTime() + renewalPeriod();
                try {
                    renew(consumer, record);
                } catch (RuntimeException e) {
                    stop.stop(StopSignal.Reason.LOCK_LOST);
                    awaitStop(handling);
                    throw e;
                }
            }
        }
    }

    private void renew(ShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> record) {
        consumer.acknowledge(record, AcknowledgeType.RENEW);
        var answers = consumer.commitSync(RENEWAL);
        if (answers.isEmpty()) {
            throw new KafkaException("the renewal of " + name(record) + " was not confirmed");
        }
        answers.values()
                .forEach(failure -> failure.ifPresent(reason -> {
                    throw new KafkaException("the lock of " + name(record) + " was lost", reason);
                }));
        // a renewed record comes back from the next polls, and it alone; before that it cannot be acknowledged
        for (int poll = 0; poll < RETURN_POLLS; poll++) {
            for (ConsumerRecord<byte[], byte[]> back : consumer.poll(RETURN_POLL)) {
                if (back.offset() == record.offset()
                        && back.partition() == record.partition()
                        && back.topic().equals(record.topic())) {
                    sign();
                    return;
                }
            }
        }
        throw new KafkaException(name(record) + " did not come back after its renewal");
    }

    /** One piece of work at a time: the next record is taken only when the stage has let go of the one before. */
    private void awaitStop(Future<AcknowledgeType> handling) throws InterruptedException {
        while (!isStopping()) {
            try {
                handling.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException e) {
                LOG.error("a stage that lost its record ended by an error", e.getCause());
                return;
            } catch (TimeoutException e) {
                // no sign of life: a stage that does not stop makes this worker unhealthy
                LOG.debug("waiting for a stage that lost its record to stop");
            }
        }
    }

    private void pause() {
        sign();
        try {
            if (stopping.await(reconnectPause.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("the work loop ends");
            }
        } catch (InterruptedException e) {
            LOG.error("the work loop was interrupted, which nobody should do; it goes on", e);
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void sign() {
        lastSign = System.nanoTime();
    }

    private long renewalPeriod() {
        return TimeUnit.MILLISECONDS.toNanos(lockMillis / RENEWALS_PER_LOCK);
    }

    private static String name(ConsumerRecord<byte[], byte[]> record) {
        return "record " + record.topic() + "-" + record.partition() + "@" + record.offset();
    }
}
