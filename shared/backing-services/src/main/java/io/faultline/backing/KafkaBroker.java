package io.faultline.backing;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** Main class of the child process that is a Kafka broker; see {@link KafkaNode}. Its argument is the properties file. */
final class KafkaBroker {
    private static final long SHUTDOWN_MILLIS = 10_000;

    private KafkaBroker() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream parent = System.out;
        System.setOut(System.err);
        AtomicReference<KafkaRaftServer> serving = new AtomicReference<>();
        ChildJvm.whenParentIsGone(() -> end(serving.get()));
        Path file = Path.of(arguments[0]);
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        if (!Files.exists(Path.of(properties.getProperty("log.dirs"), "meta.properties"))) {
            int failed = StorageTool.execute(
                    new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()}, System.err);
            if (failed != 0) {
                throw new IOException("the storage cannot be formatted");
            }
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        serving.set(server);
        ChildJvm.serve(parent);
    }

    /** @param server null while it starts: a broker that is cut off recovers its log at the next start */
    private static void end(KafkaRaftServer server) {
        if (server != null) {
            shutDown(server);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void shutDown(KafkaRaftServer server) {
        Thread shutdown = new Thread(
                () -> {
                    server.shutdown();
                    server.awaitShutdown();
                },
                "shutdown");
        shutdown.setDaemon(true);
        shutdown.start();
        try {
            shutdown.join(SHUTDOWN_MILLIS); // a broker that hangs recovers its log at the next start
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
