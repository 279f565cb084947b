package io.faultline.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterHomeTest {
    private static final ClusterState STATE = new ClusterState(
            42, Instant.parse("2026-01-02T03:04:05Z"), true, Map.of("gateway", 8080), Map.of("gateway", 43L));

    @TempDir
    Path directory;

    private ClusterHome home;

    @BeforeEach
    void prepare() {
        home = new ClusterHome(directory.resolve("home"));
        home.prepare();
    }

    @Test
    void theMasterKeyIsDrawnOnceAndForItsOwnerAlone() throws IOException {
        // Given
        String key = Files.readString(home.masterKeyFile());

        // When
        home.prepare();

        // Then
        assertThat(key).matches("[0-9a-f]{64}\n");
        assertThat(Files.readString(home.masterKeyFile())).isEqualTo(key);
        assertThat(permissions(home.masterKeyFile())).isEqualTo("rw-------");
        assertThat(permissions(home.directory())).isEqualTo("rwx------");
    }

    @Test
    void twoHomesHaveTwoKeys() throws IOException {
        ClusterHome other = new ClusterHome(directory.resolve("other"));
        other.prepare();

        assertThat(Files.readString(other.masterKeyFile())).isNotEqualTo(Files.readString(home.masterKeyFile()));
    }

    @Test
    void aHomeHasOneOwnerWhoseStateOthersRead() {
        // Given
        FileLock lock = home.tryOwn().orElseThrow();

        // When
        home.tell(STATE);

        // Then
        assertThat(home.tryOwn()).isEmpty();
        assertThat(home.running()).contains(STATE);
        assertThat(STATE.gatewayAddress()).hasToString("http://127.0.0.1:8080");
        ClusterHome.release(lock);
    }

    @Test
    void theStateOfAnOwnerThatIsGoneIsNoRunningCluster() {
        // Given
        FileLock lock = home.tryOwn().orElseThrow();
        home.tell(STATE);

        // When
        ClusterHome.release(lock);

        // Then
        assertThat(home.running()).isEmpty();
        assertThat(home.lastState()).contains(STATE);
    }

    @Test
    void aHomeThatIsNotThereRunsNothingAndIsNotMade() {
        Path absent = directory.resolve("absent");

        assertThat(new ClusterHome(absent).running()).isEmpty();
        assertThat(absent).doesNotExist();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
