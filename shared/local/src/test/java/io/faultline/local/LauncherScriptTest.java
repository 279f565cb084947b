package io.faultline.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./faultline} with a Java and a Maven that only say what they were asked. */
class LauncherScriptTest {
    @TempDir
    Path directory;

    private Path root;
    private Path source;

    @BeforeEach
    void copyScript() throws IOException {
        root = directory.resolve("with space");
        source = root.resolve("gateway/src/main/java/Gateway.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "class Gateway {}");
        Files.copy(Path.of("../../faultline"), root.resolve("faultline"));
        script(root.resolve("mvnw"), "echo built >>builds; echo '[INFO] Building Faultline: gateway [9/13]'");
    }

    @Test
    void itBuildsOnceAndAgainWhenASourceIsNewer() throws Exception {
        // Given
        Path jdk = jdk("new", "17.0.15", true);

        // When, Then
        assertThat(run(jdk, "jobs").text()).contains("Building Faultline", "[9/13] Faultline: gateway", "Built.");
        assertThat(run(jdk, "jobs").text()).doesNotContain("Building");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(run(jdk, "jobs").text()).contains("Building Faultline");
        assertThat(Files.readAllLines(root.resolve("builds"))).hasSize(2);
    }

    @Test
    void aBuildThatRunsIsNotReplaced() throws Exception {
        // Given
        Path jdk = jdk("new", "17.0.15", true);
        run(jdk, "jobs");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        Process cluster = new ProcessBuilder(
                        "sh", "-c", "read line", "java", "-Dfaultline.root=" + root.toRealPath(), "up")
                .start();

        // When
        Result result = run(jdk, "down");
        cluster.destroy();
        cluster.waitFor();

        // Then
        assertThat(result.text())
                .contains("the sources are newer than the build that is running", "|down|")
                .doesNotContain("Building");
        assertThat(run(jdk, "jobs").text()).contains("Building Faultline");
    }

    @Test
    void whatFollowsIsPassedOnAsItIs() throws Exception {
        Result result = run(jdk("new", "21", true), "submit", "a b.json", "--watch");

        assertThat(result.code()).isZero();
        assertThat(result.text()).endsWith("io.faultline.local.Faultline|submit|a b.json|--watch|\n");
        assertThat(result.text()).contains("-Dfaultline.root=" + root.toRealPath() + "|");
    }

    @Test
    void aBuildThatFailsIsShownAndNothingRuns() throws Exception {
        // Given
        script(root.resolve("mvnw"), "echo '[ERROR] no such symbol'; exit 1");

        // When
        Result result = run(jdk("new", "17", true), "demo");

        // Then
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.text())
                .contains("[ERROR] no such symbol", "the build failed; its log is ", "target/build.log")
                .doesNotContain("io.faultline.local.Faultline");
        assertThat(root.resolve("target/built")).doesNotExist();
    }

    @Test
    void anOldJavaAndAJreAreNamedWithWhatIsNeeded() throws Exception {
        // Given
        Path old = jdk("old", "1.8.0_402", true);
        Path jre = jdk("jre", "21.0.1", false);

        // When
        Result result = run(old, Map.of("PATH", jre.resolve("bin") + ":/usr/bin:/bin"), "demo");

        // Then
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.text())
                .contains("needs a JDK 17 or newer")
                .contains(old + ": Java 8")
                .contains(jre + ": Java 21.0.1 without a compiler".replace(".0.1", ""));
        assertThat(root.resolve("builds")).doesNotExist();
    }

    @Test
    void theJavaOnThePathServesWhereJavaHomeDoesNot() throws Exception {
        Path old = jdk("old", "11.0.2", true);
        Path good = jdk("good", "25", true);

        Result result = run(old, Map.of("PATH", good.resolve("bin") + ":/usr/bin:/bin"), "jobs");

        assertThat(result.code()).isZero();
        assertThat(result.text()).contains("io.faultline.local.Faultline|jobs|");
    }

    private record Result(int code, String text) {}

    private Result run(Path javaHome, String... arguments) throws Exception {
        return run(javaHome, Map.of(), arguments);
    }

    private Result run(Path javaHome, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("sh", root.resolve("faultline").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), text);
    }

    private Path jdk(String name, String version, boolean compiler) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/java"), """
                case "$*" in
                  *-version*) echo '    java.home = %s' >&2; echo 'openjdk version "%s" 2025-04-15' >&2 ;;
                  *) printf '%%s|' "$@"; echo ;;
                esac""".formatted(home, version));
        if (compiler) {
            script(home.resolve("bin/javac"), "exit 0");
        }
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
    }
}
