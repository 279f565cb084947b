package io.faultline.testkit;

import io.faultline.backing.PostgresNode;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real PostgreSQL, for {@code @QuarkusTestResource} and, through {@link #shared}, for tests without Quarkus. One server
 * serves all tests of a process. A field of type {@link PostgresNode} in a test of the same class loader is filled with it;
 * whoever stops it must start it again.
 */
public final class PostgresTestResource implements QuarkusTestResourceLifecycleManager {
    /** The server, started by the first call. */
    public static PostgresNode shared() {
        return Shared.NODE;
    }

    @Override
    public Map<String, String> start() {
        PostgresNode postgres = shared();
        return Map.of(
                "quarkus.datasource.jdbc.url", postgres.jdbcUrl(),
                "quarkus.datasource.username", postgres.username(),
                "quarkus.datasource.password", postgres.password());
    }

    @Override
    public void inject(TestInjector testInjector) {
        testInjector.injectIntoFields(shared(), new TestInjector.MatchesType(PostgresNode.class));
    }

    @Override
    public void stop() {
        // the server serves the next class's tests too; it ends with the process
    }

    /** Started by the class's first use, so that a test that needs no database starts none. */
    private static final class Shared {
        static final PostgresNode NODE = start();

        private static PostgresNode start() {
            Path directory = TestDirectory.create("postgres");
            PostgresNode postgres = PostgresNode.start(
                    directory.resolve("data"), 0, directory.resolve("postgres.log"), PostgresNode.Durability.MEMORY);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                postgres.stop();
                TestDirectory.delete(directory);
            }));
            return postgres;
        }
    }
}
