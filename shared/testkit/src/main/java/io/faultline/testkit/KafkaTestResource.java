package io.faultline.testkit;

import io.faultline.backing.ClusterTopics;
import io.faultline.backing.KafkaNode;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real broker with the cluster's topics and share groups, for {@code @QuarkusTestResource} and, through {@link #shared},
 * for tests without Quarkus. One broker serves all tests of a process: a test tells its jobs apart by their ids.
 *
 * <p>A lock lasts 2 s here instead of 30 s, so that tests of redelivery are short. A field of type {@link KafkaNode} in a
 * test of the same class loader is filled with the broker; whoever stops it must start it again.
 */
public final class KafkaTestResource implements QuarkusTestResourceLifecycleManager {
    /** How long a record stays with a worker that neither renews nor settles it. */
    public static final int LOCK_MILLIS = 2_000;

    /** The broker, started by the first call. */
    public static KafkaNode shared() {
        return Shared.NODE;
    }

    @Override
    public Map<String, String> start() {
        return Map.of("kafka.bootstrap.servers", shared().bootstrapServers());
    }

    @Override
    public void inject(TestInjector testInjector) {
        testInjector.injectIntoFields(shared(), new TestInjector.MatchesType(KafkaNode.class));
    }

    @Override
    public void stop() {
        // the broker serves the next class's tests too; it ends with the process
    }

    /** Started by the class's first use, so that a test that needs no broker starts none. */
    private static final class Shared {
        static final KafkaNode NODE = start();

        private static KafkaNode start() {
            Path directory = TestDirectory.create("kafka");
            KafkaNode kafka = KafkaNode.start(
                    directory.resolve("data"),
                    0,
                    directory.resolve("kafka.log"),
                    Map.of("group.share.record.lock.duration.ms", Integer.toString(LOCK_MILLIS)));
            ClusterTopics.declare(kafka.bootstrapServers());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                kafka.kill();
                TestDirectory.delete(directory);
            }));
            return kafka;
        }
    }
}
