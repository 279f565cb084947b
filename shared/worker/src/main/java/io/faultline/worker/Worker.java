package io.faultline.worker;

import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.CheckpointStore;
import io.faultline.artifact.OutcomeLedger;
import io.faultline.event.Topics;
import io.faultline.event.WorkEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/** Starts the work loop for the service's stages with the process, and ends it with the process. */
@ApplicationScoped
class Worker {
    private static final Logger LOG = Logger.getLogger(Worker.class);

    // by default a client tries, and logs, twenty times a second while a broker is away
    private static final int RECONNECT_BACKOFF_MILLIS = 500;
    private static final int LONGEST_RECONNECT_BACKOFF_MILLIS = 2_000;

    private final List<Stage<?, ?>> stages;
    private final StageRunner.Stores stores;
    private final CancelledJobs cancelledJobs;
    private final Facts facts;
    private final StageMetrics metrics;
    private final WorkerConfig config;
    private final Map<String, Object> kafka;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "progress");
        thread.setDaemon(true);
        return thread;
    });
    private volatile WorkLoop loop;

    Worker(
            @Any Instance<Stage<?, ?>> stages,
            ArtifactStore artifacts,
            OutcomeLedger outcomes,
            CheckpointStore checkpoints,
            CancelledJobs cancelledJobs,
            Facts facts,
            StageMetrics metrics,
            WorkerConfig config,
            @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.stages = stages.stream().toList();
        this.stores = new StageRunner.Stores(artifacts, outcomes, checkpoints);
        this.cancelledJobs = cancelledJobs;
        this.facts = facts;
        this.metrics = metrics;
        this.config = config;
        this.kafka = Map.copyOf(kafka);
    }

    void start(@Observes StartupEvent event) {
        if (!config.enabled()) {
            LOG.info("this process takes no work: faultline.worker.enabled is false");
            return;
        }
        List<String> topics = stages.stream().map(Stage::topic).distinct().toList();
        if (topics.size() != 1) {
            throw new IllegalStateException(
                    "a worker needs beans that implement Stage and take their work from one topic," + " found " + stages
                            + " with " + topics);
        }
        loop = loop(topics.get(0));
        stages.forEach(stage -> metrics.busy(stage.name(), false));
        loop.start();
    }

    void stop(@Observes ShutdownEvent event) {
        if (loop != null) {
            loop.stop(config.shutdownGrace());
        }
        ticker.shutdownNow();
    }

    /** Whether the loop runs and has polled or renewed lately; true where there is none. */
    boolean alive() {
        return loop == null || loop.alive();
    }

    /** Whether work can reach this process; true where there is no loop. */
    boolean subscribed() {
        return loop == null || loop.subscribed();
    }

    /** For people: when the loop last gave a sign of life. */
    String lastSign() {
        return loop == null ? "not started" : loop.sinceLastSign() + " ago";
    }

    private WorkLoop loop(String topic) {
        Map<String, WorkHandler<?>> handlers = new LinkedHashMap<>();
        stages.forEach(stage -> addHandlers(stage, handlers));
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, Topics.shareGroup(topic));
        // explicit: without it a lock cannot be renewed; record_limit: else one worker takes a whole batch
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.putIfAbsent(ConsumerConfig.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_BACKOFF_MILLIS);
        settings.putIfAbsent(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, LONGEST_RECONNECT_BACKOFF_MILLIS);
        LOG.infof("worker takes %s of %s", handlers.keySet(), topic);
        return new WorkLoop(
                topic,
                () -> new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                (record, stop) -> handlerOf(record, handlers).handle(record, stop),
                config.reconnectPause());
    }

    /** By the event's type; the first refuses what none knows. */
    private static WorkHandler<?> handlerOf(
            ConsumerRecord<byte[], byte[]> record, Map<String, WorkHandler<?>> handlers) {
        WorkHandler<?> known =
                handlers.get(CloudEventHeaders.attribute(record, "type").orElse(""));
        return known == null ? handlers.values().iterator().next() : known;
    }

    private <E extends WorkEvent, R> void addHandlers(Stage<E, R> stage, Map<String, WorkHandler<?>> handlers) {
        StageRunner.ProgressPace pace = new StageRunner.ProgressPace(
                Clock.systemUTC(), config.progressInterval(), config.progressHeartbeat(), ticker);
        StageRunner<E, R> runner = new StageRunner<>(stage, stores, facts, metrics, pace);
        handlers.put(stage.cloudEventType(), handler(stage, stage.eventType(), stage.cloudEventType(), runner));
        if (stage instanceof ScatteredStage<E, ?, ?, R> scattered) {
            handlers.put(scattered.taskCloudEventType(), taskHandler(scattered, runner));
        }
    }

    private <E extends WorkEvent, T extends WorkEvent, P, R> WorkHandler<T> taskHandler(
            ScatteredStage<E, T, P, R> stage, StageRunner<E, R> runner) {
        return handler(stage, stage.taskType(), stage.taskCloudEventType(), runner.tasks(stage));
    }

    private <T extends WorkEvent> WorkHandler<T> handler(
            Stage<?, ?> stage, Class<T> eventType, String cloudEventType, WorkRunner<T> runner) {
        return new WorkHandler<>(
                stage.name(),
                new WorkReader<>(eventType, cloudEventType),
                runner,
                cancelledJobs,
                new FailurePolicy(config.deliveryLimit(), config.retryPause(), config.longestRetryPause()),
                facts,
                metrics);
    }
}
