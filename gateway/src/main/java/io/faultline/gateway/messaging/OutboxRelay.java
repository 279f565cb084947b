package io.faultline.gateway.messaging;

import io.faultline.gateway.GatewayConfig;
import io.faultline.gateway.job.Outbox;
import io.faultline.gateway.job.OutboxAppended;
import io.faultline.gateway.job.OutboxEvent;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Takes the outbox to the broker: an event leaves the outbox in the transaction that saw the broker's acknowledgement. Each
 * job's events keep their order. An event may be told twice, never not at all; while the broker is away the relay tries on.
 * Several gateways may relay at once.
 */
@ApplicationScoped
class OutboxRelay {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final int BATCH = 100;
    private static final int TRANSACTION_SECONDS = 120;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

    private final Outbox outbox;
    private final GatewayConfig config;
    private final Map<String, Object> kafka;
    private final Semaphore wakeUp = new Semaphore(0);
    private volatile Thread thread;
    private volatile boolean stopping;
    private volatile String trouble;

    OutboxRelay(Outbox outbox, GatewayConfig config, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.outbox = outbox;
        this.config = config;
        this.kafka = kafka;
    }

    void start(@Observes StartupEvent started) {
        thread = new Thread(this::run, "outbox-relay");
        thread.setDaemon(true);
        thread.start();
    }

    void stop(@Observes ShutdownEvent stopped) throws InterruptedException {
        stopping = true;
        wakeUp.release();
        thread.join(STOP_PATIENCE.toMillis());
    }

    void wake(@Observes(during = TransactionPhase.AFTER_SUCCESS) OutboxAppended appended) {
        wakeUp.release();
    }

    /** Why the last try to deliver failed; null if it did not. */
    String trouble() {
        return trouble;
    }

    private void run() {
        try (Producer<String, byte[]> producer = producer()) {
            Duration pause = config.outboxInterval();
            while (!stopping) {
                wakeUp.drainPermits();
                boolean more = false;
                try {
                    more = relay(producer) > 0;
                    untroubled();
                    pause = config.outboxInterval();
                } catch (DeliveryFailedException e) {
                    troubled(e.getMessage());
                    pause = longer(pause);
                } catch (RuntimeException e) {
                    // the database is away, or the gateway is about to end: the rows wait
                    troubled("the outbox cannot be read: " + e);
                    pause = longer(pause);
                }
                if (!more) {
                    wakeUp.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return how many events went to the broker */
    private int relay(Producer<String, byte[]> producer) {
        Batch batch = QuarkusTransaction.requiringNew()
                .timeout(TRANSACTION_SECONDS)
                .call(() -> {
                    Batch sent = send(producer, outbox.lockOldestOfEachJob(BATCH));
                    outbox.delivered(sent.acknowledged());
                    return sent;
                });
        if (batch.failure() != null) {
            throw batch.failure();
        }
        return batch.acknowledged().size();
    }

    private Batch send(Producer<String, byte[]> producer, List<OutboxEvent> events) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (OutboxEvent event : events) {
            Future<RecordMetadata> acknowledgement = producer.send(CloudEventHeaders.record(event));
            sent.add(acknowledgement);
            if (acknowledgement.isDone()) {
                // it failed before it left, most likely for want of a broker: each further one would wait as long
                break;
            }
        }
        List<OutboxEvent> acknowledged = new ArrayList<>();
        DeliveryFailedException failure = null;
        for (int i = 0; i < sent.size(); i++) {
            try {
                sent.get(i).get(2 * config.deliveryTimeout().toMillis(), TimeUnit.MILLISECONDS);
                acknowledged.add(events.get(i));
            } catch (ExecutionException e) {
                failure = new DeliveryFailedException(events.get(i), e.getCause());
            } catch (TimeoutException e) {
                failure = new DeliveryFailedException(events.get(i), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Batch(acknowledged, new DeliveryFailedException(events.get(i), e));
            }
        }
        return new Batch(acknowledged, failure);
    }

    private void troubled(String why) {
        if (trouble == null) {
            LOG.warnf("events wait in the outbox: %s", why);
        }
        trouble = why;
    }

    private void untroubled() {
        if (trouble != null) {
            LOG.info("the outbox is delivered again");
        }
        trouble = null;
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private Producer<String, byte[]> producer() {
        int delivery = Math.toIntExact(config.deliveryTimeout().toMillis());
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "faultline-gateway-outbox");
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, delivery);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, delivery / 2);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /** @param failure the last one; null if all were acknowledged */
    private record Batch(List<OutboxEvent> acknowledged, DeliveryFailedException failure) {}
}
