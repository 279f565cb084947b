package io.faultline.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;

/**
 * An empty directory for the file store, set as {@code faultline.store.directory} and deleted afterwards. A field of type
 * {@link Path} that carries {@link StoreDirectory} in a test of the same class loader is filled with it.
 */
public final class StoreTestResource implements QuarkusTestResourceLifecycleManager {
    private Path directory;

    @Override
    public Map<String, String> start() {
        directory = TestDirectory.create("store");
        return Map.of("faultline.store.directory", directory.toString());
    }

    @Override
    public void inject(TestInjector testInjector) {
        testInjector.injectIntoFields(
                directory, new TestInjector.AnnotatedAndMatchesType(StoreDirectory.class, Path.class));
    }

    @Override
    public void stop() {
        if (directory != null) {
            TestDirectory.delete(directory);
            directory = null;
        }
    }
}
