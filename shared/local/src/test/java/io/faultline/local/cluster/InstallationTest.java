package io.faultline.local.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    @TempDir
    Path directory;

    @Test
    void aServiceThatIsNotBuiltIsNamedWithTheCommandThatBuildsIt() {
        assertThatThrownBy(() -> new Installation(directory).runner(Member.TRAINER))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("trainer-service is not built")
                .hasMessageContaining("./mvnw -DskipTests package");
    }
}
