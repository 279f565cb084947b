package io.faultline.local.cluster;

import io.faultline.backing.LoopbackPorts;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One of the four services, run from its package in a process of its own. */
final class ServiceProcess implements Supervised {
    private static final Duration START_PATIENCE = Duration.ofSeconds(120);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(25);
    private static final long LOOK_AGAIN_MILLIS = 200;
    private static final int LOG_LINES_IN_A_MESSAGE = 25;
    /** With it the poison service convolves about three times as fast, to the same bytes. */
    private static final String VECTORS = "jdk.incubator.vector";

    private final Member member;
    private final Path runner;
    private final int port;
    private final Map<String, String> settings;
    private final Map<String, String> secrets;
    private final Path log;
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private Process process;

    /**
     * @param settings configuration keys of the service; other users can read them
     * @param secrets environment variables of the service
     */
    ServiceProcess(
            Member member, Path runner, int port, Map<String, String> settings, Map<String, String> secrets, Path log) {
        this.member = member;
        this.runner = runner;
        this.port = port;
        this.settings = new TreeMap<>(settings);
        this.settings.put("quarkus.http.host", LoopbackPorts.HOST);
        this.settings.put("quarkus.http.port", Integer.toString(port));
        this.secrets = Map.copyOf(secrets);
        this.log = log;
    }

    @Override
    public Member member() {
        return member;
    }

    @Override
    public void start() {
        try {
            ProcessBuilder builder = new ProcessBuilder(command())
                    .directory(log.getParent().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(secrets);
            // threads that allocate much would else each keep an arena of native memory, and only the first one keeps
            // that of
            // large tensors for the next
            builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "1");
            // trainer and rift compute at the same time on the same cores: threads that wait must not spin
            builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
            process = builder.start();
        } catch (IOException e) {
            throw new ClusterException(member.label() + " cannot be started: " + e.getMessage(), e);
        }
        try {
            awaitReady();
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    @Override
    public CompletableFuture<?> ended() {
        return process.onExit();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void stop() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private List<String> command() {
        // a Ctrl-C reaches all processes of the terminal; the launcher alone answers it, and stops the others in order
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' INT; exec \"$@\"", member.label()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + member.heapMebibytes() + "m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        // a crash in native code is reported among the logs
        command.add("-XX:ErrorFile=" + log.resolveSibling(member.label() + "-crash-%p.log"));
        command.add("-XX:-CreateCoredumpOnCrash");
        if (member == Member.POISON && ModuleFinder.ofSystem().find(VECTORS).isPresent()) {
            command.add("--add-modules=" + VECTORS);
        }
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-cp");
        command.add(Installation.ownClasses() + File.pathSeparator + runner);
        command.add(TiedService.class.getName());
        return command;
    }

    private void awaitReady() {
        HttpRequest question = HttpRequest.newBuilder(
                        URI.create("http://" + LoopbackPorts.HOST + ":" + port + "/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        String answer = "no answer yet";
        try {
            while (System.nanoTime() < end) {
                if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new ClusterException(member.label() + " ended while it started (exit code "
                            + process.exitValue() + "). " + lastLogLines());
                }
                try {
                    HttpResponse<String> response = HTTP.send(question, HttpResponse.BodyHandlers.ofString());
                    if (response.statusCode() == 200) {
                        return;
                    }
                    answer = response.statusCode() + " " + response.body();
                } catch (IOException e) {
                    answer = e.toString(); // it does not listen yet
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while " + member.label() + " started", e);
        }
        throw new ClusterException(member.label() + " is not ready after " + START_PATIENCE.toSeconds()
                + " s; its last answer: " + answer + ". " + lastLogLines());
    }

    private String lastLogLines() {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
            List<String> all = lines.toList();
            return "Last lines of " + log + ":\n"
                    + String.join("\n", all.subList(Math.max(0, all.size() - LOG_LINES_IN_A_MESSAGE), all.size()));
        } catch (IOException | java.io.UncheckedIOException e) {
            return "Its log " + log + " cannot be read: " + e.getMessage();
        }
    }
}
