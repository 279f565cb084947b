package io.faultline.backing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A Kafka broker of this machine: one KRaft node in a child process, bound to the loopback interface. It ends with this
 * process, in whatever way this process ends. Not safe for use by several threads.
 */
public final class KafkaNode implements AutoCloseable {
    /** How often a record of a share group is handed out before the broker drops it: the most that Kafka 4.2 allows. */
    public static final int DELIVERY_LIMIT = 10;

    private static final Duration START_PATIENCE = Duration.ofSeconds(120);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS");

    private final Path data;
    private final Path log;
    private final int port;
    private final Map<String, String> overrides;
    private ChildJvm child;

    private KafkaNode(Path data, Path log, int port, Map<String, String> overrides) {
        this.data = data;
        this.log = log;
        this.port = port;
        this.overrides = Map.copyOf(overrides);
    }

    /**
     * Starts a broker, with its log beside its data.
     *
     * @param data its directory, made if absent; what an earlier broker left there is still there
     * @param port where it listens; 0 for any free one
     * @throws BackingServiceException if the port is taken, or with the broker's last log lines if it does not start
     */
    public static KafkaNode start(Path data, int port) {
        return start(data, port, data.resolve("kafka.log"), Map.of());
    }

    /**
     * @param log where the broker's log is appended
     * @param overrides broker settings that replace or add to this class's own
     */
    public static KafkaNode start(Path data, int port, Path log, Map<String, String> overrides) {
        int claimed = LoopbackPorts.claim(port, "the Kafka broker", "choose another port for it");
        KafkaNode node = new KafkaNode(data.toAbsolutePath(), log.toAbsolutePath(), claimed, overrides);
        node.launch();
        return node;
    }

    public String bootstrapServers() {
        return LoopbackPorts.HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return child.pid();
    }

    public boolean alive() {
        return child.alive();
    }

    /** Completes when the broker's process has ended, whatever the reason. */
    public CompletableFuture<?> ended() {
        return child.ended();
    }

    /** Stops it in order; its data stays, and {@link #restart} goes on with it. */
    public void stop() {
        child.stop(STOP_PATIENCE);
    }

    /** Ends it as a power cut would. */
    public void kill() {
        child.kill();
    }

    /** Starts it again on the same port and data, after it was stopped or killed or died; stops it first if need be. */
    public void restart() {
        stop();
        LoopbackPorts.claim(port, "the Kafka broker", "choose another port for it");
        launch();
    }

    @Override
    public void close() {
        stop();
    }

    private void launch() {
        child = ChildJvm.start(
                "Kafka broker",
                KafkaBroker.class,
                JVM_OPTIONS,
                List.of(writeSettings().toString()),
                Map.of(),
                log,
                START_PATIENCE);
    }

    private Path writeSettings() {
        int controllerPort = LoopbackPorts.free();
        String host = LoopbackPorts.HOST;
        Map<String, String> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@" + host + ":" + controllerPort);
        settings.put("listeners", "BROKER://" + bootstrapServers() + ",CONTROLLER://" + host + ":" + controllerPort);
        settings.put("advertised.listeners", "BROKER://" + bootstrapServers());
        settings.put("inter.broker.listener.name", "BROKER");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("log.dirs", data.resolve("kafka").toString());
        // a topic that nobody declared is a misspelt one
        settings.put("auto.create.topics.enable", "false");
        // one node: nothing is replicated
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        // the locks of share groups
        settings.put("group.share.delivery.count.limit", Integer.toString(DELIVERY_LIMIT));
        settings.put("group.share.record.lock.duration.ms", "30000");
        settings.put("group.share.max.record.lock.duration.ms", "60000");
        settings.put("group.share.min.record.lock.duration.ms", "1000");
        // members of one machine are found missing, and join, at once
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.share.min.heartbeat.interval.ms", "500");
        settings.put("group.share.heartbeat.interval.ms", "500");
        settings.put("group.consumer.min.heartbeat.interval.ms", "500");
        settings.put("group.consumer.heartbeat.interval.ms", "1000");
        settings.putAll(overrides);
        Properties properties = new Properties();
        properties.putAll(settings);
        Path file = data.resolve("server.properties");
        try {
            Files.createDirectories(data);
            try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                properties.store(writer, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("settings of the Kafka broker cannot be written to " + file, e);
        }
        return file;
    }
}
